//! Shell. `frontdesk-speaker`: the only program that links ALSA. Reads one word a line, plays it, ends at end of input.
//!
//! `frontdesk-speaker --probe` prints the sound card's name and ends: 0 when there is one that works, 3 when not.

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{Device, FromSample, OutputCallbackInfo, SampleFormat, SizedSample, SupportedStreamConfig};
use frontdesk::office::Chime;
use frontdesk::speaker::{tones, word};
use std::io::BufRead;
use std::process::ExitCode;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

/// No sound card, or one that does not work.
const NO_CARD: u8 = 3;

/// A card that has not taken the sound by then is stuck.
const PLAY_MAX: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let card = match Card::open() {
        Ok(card) => card,
        Err(why) => return failed(&why),
    };
    if std::env::args().nth(1).as_deref() == Some("--probe") {
        println!("{}", card.name());
        return ExitCode::SUCCESS;
    }
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        if line.trim() == word(Chime::CallerWaits)
            && let Err(why) = card.play(Chime::CallerWaits)
        {
            return failed(&why);
        }
    }
    ExitCode::SUCCESS
}

fn failed(why: &str) -> ExitCode {
    eprintln!("frontdesk-speaker: {why}");
    ExitCode::from(NO_CARD)
}

/// A sound card that says how it wants its samples.
struct Card {
    device: Device,
    config: SupportedStreamConfig,
}

impl Card {
    /// The default card. Without one ALSA still names a device; only its configuration tells.
    fn open() -> Result<Self, String> {
        let device = cpal::default_host().default_output_device().ok_or("there is no sound card")?;
        let config = device.default_output_config().map_err(|e| format!("there is no sound card ({e})"))?;
        Ok(Self { device, config })
    }

    fn name(&self) -> String {
        self.device.description().map_or_else(|_| "a sound card".into(), |d| d.name().to_owned())
    }

    fn play(&self, chime: Chime) -> Result<(), String> {
        match self.config.sample_format() {
            SampleFormat::I16 => self.play_as::<i16>(chime),
            SampleFormat::U16 => self.play_as::<u16>(chime),
            SampleFormat::I32 => self.play_as::<i32>(chime),
            SampleFormat::F32 => self.play_as::<f32>(chime),
            SampleFormat::U8 => self.play_as::<u8>(chime),
            other => Err(format!("the sound card wants samples of an unknown kind ({other})")),
        }
    }

    /// Plays to the end; an error when the card fails or takes no samples.
    fn play_as<T: SizedSample + FromSample<f32> + 'static>(&self, chime: Chime) -> Result<(), String> {
        let (done, ended) = channel::<Result<(), String>>();
        let broken = done.clone();
        let sound = padded(chime, self.config.sample_rate());
        let channels = usize::from(self.config.channels()).max(1);
        let stream = self
            .device
            .build_output_stream(
                self.config.config(),
                feed::<T>(sound, channels, done),
                move |error: cpal::Error| {
                    if !matches!(error.kind(), cpal::ErrorKind::Xrun | cpal::ErrorKind::RealtimeDenied) {
                        let _ = broken.send(Err(error.to_string()));
                    }
                },
                None,
            )
            .map_err(|e| format!("the sound card could not be opened ({e})"))?;
        stream.play().map_err(|e| format!("the sound card does not play ({e})"))?;
        ended.recv_timeout(PLAY_MAX).map_err(|_| "the sound card is stuck".to_owned())?
    }
}

/// The sound and 300 ms of silence, so that the card's buffer is empty of sound when the stream closes.
fn padded(chime: Chime, rate: u32) -> Vec<f32> {
    let mut sound = tones::samples(chime, rate);
    sound.resize(sound.len() + rate as usize * 3 / 10, 0.0);
    sound
}

/// Fills the card's buffer, every channel alike, and says once when the sound is over.
fn feed<T: SizedSample + FromSample<f32>>(
    sound: Vec<f32>,
    channels: usize,
    done: Sender<Result<(), String>>,
) -> impl FnMut(&mut [T], &OutputCallbackInfo) {
    let mut rest = sound.into_iter();
    let mut done = Some(done);
    move |buffer, _| {
        for frame in buffer.chunks_mut(channels) {
            let sample = rest.next();
            if sample.is_none()
                && let Some(done) = done.take()
            {
                let _ = done.send(Ok(()));
            }
            frame.fill(T::from_sample(sample.unwrap_or(0.0)));
        }
    }
}
