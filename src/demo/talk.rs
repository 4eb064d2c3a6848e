//! Shell. The sound of one call of the town: a socket, one tone spoken, the tones listened for.

use super::tone::{Ear, Voice};
use crate::media::g711::{decode, encode};
use crate::media::negotiate::{self, SessionLine};
use crate::media::{Codec, Direction, Plan};
use crate::sip::Sdp;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tokio::net::UdpSocket;

/// Samples in a packet of 20 ms.
const PACKET: usize = 160;
/// What the town speaks, in its order of liking.
const CODECS: [Codec; 2] = [Codec::Pcma, Codec::Pcmu];

/// One end of a call's sound.
#[derive(Debug)]
pub struct Talk {
    socket: UdpSocket,
    plan: Option<Plan>,
    voice: Voice,
    ears: Vec<(u16, Ear)>,
    sent: u16,
    ssrc: u32,
}

impl Talk {
    /// Speaks `hz`, listens for each of `listen`.
    pub async fn open(hz: u16, listen: &[u16]) -> io::Result<Talk> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let ears = listen.iter().map(|hz| (*hz, Ear::new(*hz))).collect();
        let ssrc = u32::from(socket.local_addr()?.port());
        Ok(Talk { socket, plan: None, voice: Voice::new(hz), ears, sent: 0, ssrc })
    }

    /// Our offer.
    pub fn offer(&self) -> io::Result<Sdp> {
        Ok(negotiate::offer(self.socket.local_addr()?, &CODECS, Direction::SendRecv, self.session()))
    }

    /// Our answer to an offer; sound flows from here on.
    pub fn answer(&mut self, offer: &[u8]) -> Option<Sdp> {
        let local = self.socket.local_addr().ok()?;
        let offer = negotiate::read(offer).ok()?;
        let (sdp, plan) =
            negotiate::answer(&offer, local, &CODECS, Direction::SendRecv, self.session()).ok()?;
        self.plan = Some(plan);
        Some(sdp)
    }

    /// The answer to our offer; sound flows from here on.
    pub fn settle(&mut self, answer: &[u8]) {
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let answer = negotiate::read(answer).ok();
        self.plan = answer.and_then(|answer| negotiate::settle(&CODECS, &answer, loopback).ok());
    }

    /// One beat of 20 ms: listen to what came, speak one packet.
    pub fn beat(&mut self) {
        let Some(plan) = self.plan.clone() else { return };
        self.listen(plan.codec.codec);
        if let (Some(remote), Direction::SendRecv | Direction::SendOnly) = (plan.remote, plan.direction) {
            self.speak(&plan, remote);
        }
    }

    /// The tone that was heard clearly, if one was.
    pub fn heard(&self) -> Option<u16> {
        self.ears.iter().find(|(_, ear)| ear.is_sure()).map(|(hz, _)| *hz)
    }

    fn listen(&mut self, codec: Codec) {
        let mut packet = [0; 2_048];
        while let Ok(length) = self.socket.try_recv(&mut packet) {
            let Some(payload) = packet[..length].get(12..) else { continue };
            let samples: Vec<i16> = payload.iter().map(|byte| decode(codec, *byte)).collect();
            self.ears.iter_mut().for_each(|(_, ear)| ear.listen(&samples));
        }
    }

    fn speak(&mut self, plan: &Plan, remote: SocketAddr) {
        let mut packet = vec![0x80, plan.codec.payload_type];
        packet.extend(self.sent.to_be_bytes());
        packet.extend((u32::from(self.sent) * PACKET as u32).to_be_bytes());
        packet.extend(self.ssrc.to_be_bytes());
        packet.extend(self.voice.speak(PACKET).iter().map(|s| encode(plan.codec.codec, *s)));
        self.sent = self.sent.wrapping_add(1);
        let _ = self.socket.try_send_to(&packet, remote); // a lost packet is what networks do
    }

    fn session(&self) -> SessionLine {
        SessionLine { id: u64::from(self.ssrc), version: 1 }
    }
}
