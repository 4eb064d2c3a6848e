//! Shell. The sound of one call of the town: a socket, one tone spoken, the tones listened for.

use super::tone::{Ear, Voice};
use crate::media::g711::{decode, encode};
use crate::media::negotiate::{self, SessionLine};
use crate::media::{Codec, Direction, Plan};
use crate::sip::Sdp;
use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tokio::net::UdpSocket;

/// Samples in a packet of 20 ms.
const PACKET: usize = 160;
/// What the town speaks, in its order of liking.
const CODECS: [Codec; 2] = [Codec::Pcma, Codec::Pcmu];
/// Keys in the order of their events (RFC 4733 §3.2).
const EVENTS: &str = "0123456789*#";
/// A key lasts so many packets.
const KEY_LASTS: u16 = 5;

/// One end of a call's sound.
#[derive(Debug)]
pub struct Talk {
    socket: UdpSocket,
    plan: Option<Plan>,
    voice: Voice,
    ears: Vec<(u16, Ear)>,
    sent: u16,
    ssrc: u32,
    /// Keys to send, the first with the packets of it that have gone.
    keys: VecDeque<char>,
    key_sent: u16,
}

impl Talk {
    /// Speaks `hz`, listens for each of `listen`.
    pub async fn open(hz: u16, listen: &[u16]) -> io::Result<Talk> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let ears = listen.iter().map(|hz| (*hz, Ear::new(*hz))).collect();
        let ssrc = u32::from(socket.local_addr()?.port());
        Ok(Talk {
            socket,
            plan: None,
            voice: Voice::new(hz),
            ears,
            sent: 0,
            ssrc,
            keys: VecDeque::new(),
            key_sent: 0,
        })
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

    /// Sends a key, after those before it.
    pub fn press(&mut self, key: char) {
        self.keys.push_back(key);
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
        let packet = match (plan.events, self.keys.front().and_then(|key| EVENTS.find(*key))) {
            (Some(payload_type), Some(event)) => self.key_packet(payload_type, event as u8),
            _ => {
                let sound = self.voice.speak(PACKET);
                let payload = sound.iter().map(|sample| encode(plan.codec.codec, *sample)).collect();
                self.packet(plan.codec.payload_type, self.sent, payload)
            }
        };
        self.sent = self.sent.wrapping_add(1);
        let _ = self.socket.try_send_to(&packet, remote); // a lost packet is what networks do
    }

    /// The next packet of a key (RFC 4733 §2.3): five as it lasts, three that say it is over.
    fn key_packet(&mut self, payload_type: u8, event: u8) -> Vec<u8> {
        let began = self.sent.wrapping_sub(self.key_sent);
        self.key_sent += 1;
        let lasted = self.key_sent.min(KEY_LASTS) * PACKET as u16;
        let end = if self.key_sent > KEY_LASTS { 0x80 } else { 0 };
        if self.key_sent == KEY_LASTS + 3 {
            self.keys.pop_front();
            self.key_sent = 0;
        }
        let [high, low] = lasted.to_be_bytes();
        self.packet(payload_type, began, vec![event, end | 10, high, low])
    }

    /// One RTP packet whose sound began with the packet `began`.
    fn packet(&self, payload_type: u8, began: u16, payload: Vec<u8>) -> Vec<u8> {
        let mut packet = vec![0x80, payload_type];
        packet.extend(self.sent.to_be_bytes());
        packet.extend((u32::from(began) * PACKET as u32).to_be_bytes());
        packet.extend(self.ssrc.to_be_bytes());
        packet.extend(payload);
        packet
    }

    fn session(&self) -> SessionLine {
        SessionLine { id: u64::from(self.ssrc), version: 1 }
    }
}
