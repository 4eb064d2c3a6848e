//! Shell. The thread that writes recordings. The sound thread hands it what legs send and never waits: at most
//! five seconds of a leg are on their way, what comes on top is left out and noted in the file.
//!
//! A recording is a file of its own name only when it is whole and on the disk (spec/reliability.md §3):
//! until then it ends in `.part`, and what a crash leaves of such is removed at the next start.

use super::Engine;
use crate::ids::LegId;
use crate::media::rtp::Header;
use crate::media::take::{Ends, Line, SILENCE_ENDS, Take};
use crate::media::{Codec, MediaCommand, MediaEvent, g711, loudness, place, wav};
use crate::time::Tick;
use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;
use tokio::sync::mpsc;
use tracing::{error, warn};

/// Sound of one leg on its way, in frames: 5 s.
const WAITING_MAX: u32 = 250;
const FRAME: usize = 160;
const RATE: u32 = 8000;

/// Asks the thread.
#[derive(Debug)]
pub struct Recorder {
    orders: Sender<Order>,
    last: u64,
}

/// One leg's recording, as the sound thread holds it; dropping it ends the recording.
#[derive(Debug)]
pub struct Recording {
    id: u64,
    orders: Sender<Order>,
    flow: Arc<Flow>,
    line: Line,
    ends: Ends,
    /// Samples that found no room.
    missed: u32,
    heard_at: Tick,
}

/// What both threads see of a recording.
#[derive(Debug, Default)]
struct Flow {
    waiting: AtomicU32,
    over: AtomicBool,
}

/// Whether a recording goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goes {
    /// It wants more.
    On,
    /// It has all it wants, or the disk takes no more.
    Over,
}

/// Bounded by [`WAITING_MAX`] frames a leg; legs are bounded by their ports.
#[derive(Debug)]
enum Order {
    Begin(Box<Begin>),
    Sound(u64, Frame),
    End(u64),
}

#[derive(Debug)]
struct Begin {
    id: u64,
    leg: LegId,
    file: Arc<str>,
    at_most: Duration,
    flow: Arc<Flow>,
}

#[derive(Debug)]
struct Frame {
    /// Samples before it that did not come, and that found no room.
    pause: u32,
    missed: u32,
    codec: Codec,
    length: usize,
    sound: [u8; FRAME],
}

impl Recorder {
    /// Starts the thread; it ends when this handle and every recording is dropped.
    pub fn start(
        data: Option<PathBuf>,
        events: mpsc::Sender<MediaEvent>,
        engine: Engine,
    ) -> io::Result<Recorder> {
        let (orders, inbox) = channel();
        std::thread::Builder::new().name("recorder".into()).spawn(move || {
            data.iter().for_each(|data| remove_leftovers(data));
            let mut desk = Desk { data, events, engine, open: BTreeMap::new() };
            inbox.into_iter().for_each(|order| desk.take(order));
        })?;
        Ok(Recorder { orders, last: 0 })
    }

    /// Begins a recording; its end is told as [`MediaEvent::Recorded`].
    pub fn begin(&mut self, leg: LegId, file: Arc<str>, at_most: Duration, now: Tick) -> Recording {
        self.last += 1;
        let flow = Arc::new(Flow::default());
        let (id, ends) = (self.last, Ends::of(&file));
        let begin = Begin { id, leg, file, at_most, flow: flow.clone() };
        // Without its thread nothing is recorded, and that thread ends only with this one.
        let _ = self.orders.send(Order::Begin(Box::new(begin)));
        let orders = self.orders.clone();
        Recording { id, orders, flow, line: Line::default(), ends, missed: 0, heard_at: now }
    }
}

impl Recording {
    /// Hands over a packet; never waits.
    pub fn hear(&mut self, header: &Header, codec: Codec, payload: &[u8], now: Tick) -> Goes {
        self.heard_at = now;
        let Some(mut pause) = self.line.follow(header, payload.len() as u32) else { return Goes::On };
        for sound in payload.chunks(FRAME) {
            if self.flow.over.load(Ordering::Relaxed) {
                return Goes::Over;
            }
            self.hand_over(std::mem::take(&mut pause), codec, sound);
        }
        Goes::On
    }

    /// A far end that sends nothing is silent, too.
    pub fn pass_time(&self, now: Tick) -> Goes {
        let silent = self.ends == Ends::WithSpeech && now.since(self.heard_at) >= SILENCE_ENDS;
        if silent || self.flow.over.load(Ordering::Relaxed) { Goes::Over } else { Goes::On }
    }

    fn hand_over(&mut self, pause: u32, codec: Codec, sound: &[u8]) {
        if self.flow.waiting.load(Ordering::Acquire) >= WAITING_MAX {
            self.missed = self.missed.saturating_add(pause).saturating_add(sound.len() as u32);
            return;
        }
        self.flow.waiting.fetch_add(1, Ordering::AcqRel);
        let missed = std::mem::take(&mut self.missed);
        let mut frame = Frame { pause, missed, codec, length: sound.len(), sound: [0; FRAME] };
        frame.sound[..sound.len()].copy_from_slice(sound);
        let _ = self.orders.send(Order::Sound(self.id, frame));
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let _ = self.orders.send(Order::End(self.id));
    }
}

/// What the thread has in hand.
struct Desk {
    data: Option<PathBuf>,
    events: mpsc::Sender<MediaEvent>,
    engine: Engine,
    open: BTreeMap<u64, Writing>,
}

/// A file being written.
struct Writing {
    leg: LegId,
    flow: Arc<Flow>,
    take: Take,
    path: PathBuf,
    /// One of the owner's own: calls hear it from now on.
    is_prompt: bool,
    file: BufWriter<File>,
}

impl Desk {
    fn take(&mut self, order: Order) {
        match order {
            Order::Begin(begin) => self.begin(*begin),
            Order::Sound(id, frame) => self.sound(id, &frame),
            Order::End(id) => self.end(id),
        }
    }

    fn begin(&mut self, begin: Begin) {
        let Begin { id, leg, file, at_most, flow } = begin;
        let path = self.data.as_deref().zip(place::of(&file)).map(|(data, path)| data.join(path));
        let opened = path.ok_or_else(|| io::ErrorKind::InvalidInput.into()).and_then(|path| {
            let (take, part) = (Take::new(Ends::of(&file), at_most), open(&path)?);
            let is_prompt = file.starts_with("sounds/");
            Ok(Writing { leg, flow: flow.clone(), take, path, is_prompt, file: part })
        });
        match opened {
            Ok(writing) => {
                self.open.insert(id, writing);
            }
            Err(error) => {
                flow.over.store(true, Ordering::Relaxed);
                self.tell(leg, Err(error));
            }
        }
    }

    fn sound(&mut self, id: u64, frame: &Frame) {
        let Some(writing) = self.open.get_mut(&id) else { return };
        writing.flow.waiting.fetch_sub(1, Ordering::AcqRel);
        match writing.take_frame(frame) {
            Ok(Goes::On) => {}
            Ok(Goes::Over) => self.end(id),
            Err(error) => {
                if let Some(writing) = self.open.remove(&id) {
                    let leg = writing.leg;
                    writing.give_up();
                    self.tell(leg, Err(error));
                }
            }
        }
    }

    fn end(&mut self, id: u64) {
        if let Some(writing) = self.open.remove(&id) {
            let (leg, prompt) = (writing.leg, writing.is_prompt);
            let kept = writing.finish();
            if prompt && kept.is_ok() {
                // Overrun, the engine plays the old one until the next change; the owner hears it and asks again.
                let _ = self.engine.send(MediaCommand::ReloadSounds);
            }
            self.tell(leg, kept);
        }
    }

    fn tell(&self, leg: LegId, kept: io::Result<Duration>) {
        if let Err(error) = &kept {
            warn!(%leg, %error, "a recording could not be kept");
        }
        if self.events.blocking_send(MediaEvent::Recorded { leg, length: kept.ok() }).is_err() {
            error!(%leg, "nobody asks what became of a recording");
        }
    }
}

impl Writing {
    fn take_frame(&mut self, frame: &Frame) -> io::Result<Goes> {
        let missed = self.take.miss(frame.missed);
        let pause = self.take.pause(frame.pause);
        write_silence(&mut self.file, missed + pause)?;
        let sound = frame.sound.map(|byte| g711::decode(frame.codec, byte));
        let kept = self.take.hear(&sound[..frame.length]);
        for sample in &sound[..kept] {
            self.file.write_all(&sample.to_le_bytes())?;
        }
        Ok(if self.take.is_over() { Goes::Over } else { Goes::On })
    }

    /// Onto the disk under its own name, or gone.
    fn finish(self) -> io::Result<Duration> {
        self.flow.over.store(true, Ordering::Relaxed);
        let (path, missing) = (self.path, self.take.missing());
        let (part, samples) = (part_of(&path), u32::try_from(self.take.kept()).unwrap_or(u32::MAX));
        let whole = settle(self.file, samples, &missing);
        let whole = whole.and_then(|()| if self.is_prompt { level(&part, samples) } else { Ok(samples) });
        let on_disk = whole.and_then(|samples| {
            std::fs::rename(&part, &path)?;
            sync_folder(&path)?;
            Ok(Duration::from_millis(u64::from(samples) * 1000 / u64::from(RATE)))
        });
        if on_disk.is_err() {
            let _ = std::fs::remove_file(&part); // what cannot be removed either is removed at the next start
            let _ = std::fs::remove_file(&path);
        }
        on_disk
    }

    fn give_up(self) {
        self.flow.over.store(true, Ordering::Relaxed);
        let _ = self.file.into_parts(); // without another try to write
        let _ = std::fs::remove_file(part_of(&self.path));
    }
}

/// A new file below folders that may have to be made, with room for its header.
fn open(path: &Path) -> io::Result<BufWriter<File>> {
    path.parent().map_or(Ok(()), make_folder)?;
    let part = part_of(path);
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(part)?;
    let mut file = BufWriter::new(file);
    file.write_all(&wav::header(RATE, 0, 0))?;
    Ok(file)
}

/// Also on the disk: a file in a folder that a power cut forgets is no file.
fn make_folder(folder: &Path) -> io::Result<()> {
    let Some(parent) = folder.parent().filter(|_| !folder.is_dir()) else { return Ok(()) };
    make_folder(parent)?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    File::open(parent)?.sync_all()
}

/// Cuts it to length, writes its header and what is to be known about it, and waits for the disk.
fn settle(mut file: BufWriter<File>, samples: u32, comment: &str) -> io::Result<()> {
    file.flush()?;
    let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.set_len(wav::HEADER_BYTES as u64 + u64::from(samples) * 2)?;
    let comment = if comment.is_empty() { Vec::new() } else { wav::comment(comment) };
    file.seek(SeekFrom::End(0))?;
    file.write_all(&comment)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&wav::header(RATE, samples, comment.len() as u32))?;
    file.sync_all()
}

/// A prompt spoken into a telephone becomes as loud as the others; how many samples it has then.
fn level(part: &Path, samples: u32) -> io::Result<u32> {
    let wav = wav::read(&std::fs::read(part)?).map_err(io::Error::other)?;
    let Some(levelled) = loudness::levelled(&wav.samples, FRAME) else { return Ok(samples) };
    let mut file = OpenOptions::new().write(true).truncate(true).open(part)?;
    let samples = u32::try_from(levelled.len()).unwrap_or(u32::MAX);
    file.write_all(&wav::write(&wav::Wav { rate: RATE, samples: levelled }))?;
    file.sync_all()?;
    Ok(samples)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

fn write_silence(file: &mut impl Write, samples: usize) -> io::Result<()> {
    let silence = [0; 2 * FRAME];
    let mut left = samples * 2;
    while left > 0 {
        let now = left.min(silence.len());
        file.write_all(&silence[..now])?;
        left -= now;
    }
    Ok(())
}

fn part_of(path: &Path) -> PathBuf {
    path.with_extension("wav.part")
}

/// What a power cut left half written.
fn remove_leftovers(data: &Path) {
    let below_sounds = place::LANGUAGES.map(|lang| data.join("sounds").join(lang));
    let folders = place::FOLDERS.map(|folder| data.join(folder));
    for folder in folders.iter().chain(&below_sounds) {
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        for part in files.filter(|path| path.extension().is_some_and(|end| end == "part")) {
            if std::fs::remove_file(&part).is_err() {
                warn!(path = %part.display(), "a half-written recording could not be removed");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::rtp::Marker;
    use std::sync::mpsc::Receiver;

    fn recording() -> (Recording, Receiver<Order>) {
        let (orders, inbox) = channel();
        let (flow, line) = (Arc::new(Flow::default()), Line::default());
        let (ends, heard_at) = (Ends::WhenTold, Tick::ZERO);
        (Recording { id: 1, orders, flow, line, ends, missed: 0, heard_at }, inbox)
    }

    fn say(recording: &mut Recording, packet: u32) -> Goes {
        let timestamp = packet * FRAME as u32;
        let header = Header { marker: Marker::Clear, payload_type: 8, sequence: 0, timestamp, ssrc: 1 };
        recording.hear(&header, Codec::Pcma, &[0xD5; FRAME], Tick::ZERO)
    }

    #[test]
    fn a_stuck_disk_costs_what_does_not_fit_and_the_gap_is_told() {
        let (mut recording, inbox) = recording();
        for packet in 0..WAITING_MAX + 10 {
            assert_eq!(say(&mut recording, packet), Goes::On);
        }
        assert_eq!(inbox.try_iter().count(), WAITING_MAX as usize);
        recording.flow.waiting.store(0, Ordering::Release);
        say(&mut recording, WAITING_MAX + 10);
        let Ok(Order::Sound(1, frame)) = inbox.try_recv() else { panic!("no sound") };
        assert_eq!((frame.missed, frame.pause), (10 * FRAME as u32, 0));
    }

    #[test]
    fn a_far_end_that_sends_nothing_ends_its_message_but_not_its_call() {
        let (mut recording, _inbox) = recording();
        assert_eq!(recording.pass_time(Tick(SILENCE_ENDS)), Goes::On);
        recording.ends = Ends::WithSpeech;
        assert_eq!(recording.pass_time(Tick(SILENCE_ENDS / 2)), Goes::On);
        assert_eq!(recording.pass_time(Tick(SILENCE_ENDS)), Goes::Over);
    }
}
