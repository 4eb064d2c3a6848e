"""The music on hold: composed here, synthesised here, no samples.

Twenty-four bars in D at 69 beats a minute, three parts of eight: a first idea, a lift, and the way home.
Soft plucked chords, a mallet melody with room between its phrases, a quiet bass and a breath of pad.
Written for a telephone: everything that matters lies between 300 and 3,000 Hz, nothing is dense (mobile
codecs take a steady carpet of sound for noise and gate it), and nothing is sudden. The end of every note
and of the room's echo runs on into the beginning, so the loop has no seam.
"""

import array
import math

RATE = 16_000
BEAT = 60 / 69
BARS = 24
LENGTH = round(BARS * 4 * BEAT * RATE)
LOUDNESS_DBFS = -27.0  # RMS of the whole loop: 4 dB below the spoken sentences

NAMES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

# One line a bar: bass, chord (low to high), loudness of the bar (dynamics), melody as beat:note.
SCORE = """
D3  A3 C#4 F#4 D5   .70  1:F#5 2.5:A5 3:E5
B2  A3 D4 F#4 B4    .70  1:D5 3:F#5
G2  B3 D4 F#4 A4    .74  1:B4 2:D5 3:F#5 4:A5
A2  A3 D4 E4 B4     .72  1:E5
F#2 A3 C#4 E4 D5    .76  1.5:F#5 2:E5 3:D5
G2  B3 D4 F#4 B4    .78  1:B5 2.5:A5 4:F#5
E2  G3 B3 D4 F#4    .76  1:G5 2:F#5 3:E5 4:D5
A2  G3 B3 D4 E4     .70  1:E5 3:C#5
B2  A3 D4 F#4 C#5   .80  1:D5 2:F#5 3.5:B5
F#2 A3 C#4 E4 A4    .82  1:A5 3:E5
G2  B3 D4 G4 A4     .86  1:B5 2:A5 3:F#5 4:D5
F#2 A3 D4 F#4 A4    .88  1:A5 2.5:F#5
E2  B3 D4 G4 B4     .92  1:G5 2:B5 3:D6
C#3 A3 C#4 E4 B4    .90  1:C#6 2:A5 3.5:E5
D3  A3 D4 F#4 A4    .84  1:F#5 3:A5
D3  A3 C4 F#4 G4    .78
G2  B3 D4 F#4 A4    .80  1:B5 2:D6 3:A5
A2  A3 C#4 E4 B4    .80  1:C#6 2.5:B5 3:A5
F#2 A3 C#4 E4 F#4   .76  1:A5 3:F#5 4:E5
B2  A3 D4 F#4 A4    .74  1:D5 2:E5 3:F#5
E2  G3 B3 D4 F#4    .72  1:G5 3:B4
A2  G3 A3 D4 E4     .70  1.5:D5 3:E5
D3  A3 C#4 F#4 E5   .64  1:F#5
A2  G3 B3 D4 E4     .60  3:A4
"""


def hertz(note):
    """The frequency of `F#4`, equal temperament, A4 = 440 Hz."""
    semitones = NAMES[note[0]] + note.count("#") + 12 * (int(note[-1]) + 1)
    return 440 * 2 ** ((semitones - 69) / 12)


class Humans:
    """Nobody plays exactly on the beat: small, repeatable deviations."""

    def __init__(self):
        self.state = 20_260_101

    def near(self, width):
        self.state = (self.state * 1_103_515_245 + 12_345) % 2**31
        return width * (self.state / 2**30 - 1)


def strike(out, start, frequency, loudness, partials, seconds):
    """Adds a struck or plucked note: each partial (ratio, share, half-life) dies at its own pace."""
    first = round(start * RATE)
    attack = 0.006 * RATE
    for ratio, share, half_life in partials:
        if frequency * ratio > 3_300:
            continue
        step = 2 * math.cos(2 * math.pi * frequency * ratio / RATE)
        before, now = 0.0, math.sin(2 * math.pi * frequency * ratio / RATE)
        fall = 0.5 ** (1 / (half_life * RATE))
        level = loudness * share
        count = round(seconds * RATE)
        for i in range(count):
            rise = i / attack if i < attack else 1.0
            fade = (count - i) / 800 if count - i < 800 else 1.0
            out[(first + i) % LENGTH] += before * level * rise * fade
            level *= fall
            before, now = now, step * now - before


def breathe(out, start, frequency, loudness, seconds):
    """Adds a pad note: two slightly detuned voices that swell and sink."""
    first, count = round(start * RATE), round(seconds * RATE)
    for detune in (0.9985, 1.0015):
        step = 2 * math.cos(2 * math.pi * frequency * detune / RATE)
        before, now = 0.0, math.sin(2 * math.pi * frequency * detune / RATE)
        for i in range(count):
            out[(first + i) % LENGTH] += before * loudness * math.sin(math.pi * i / count) ** 2
            before, now = now, step * now - before


PLUCK = [(1, 1.0, 0.42), (2, 0.34, 0.25), (3, 0.12, 0.14), (4, 0.05, 0.08)]
MALLET = [(1, 1.0, 0.50), (2, 0.10, 0.30), (3.98, 0.16, 0.07)]
BASS = [(1, 0.7, 0.70), (2, 0.75, 0.45), (3, 0.40, 0.25), (4, 0.12, 0.12)]
# the order in which a bar's four chord notes are plucked, on the quavers; the figure changes with the part
FIGURES = [(0, None, 1, 2, None, 3, 2, None), (0, 1, 2, 3, None, 2, 1, 2), (0, None, 2, None, 1, None, 3, None)]


def perform():
    """Plays the score; the loop's samples, any scale."""
    out = [0.0] * LENGTH
    humans = Humans()
    for bar, line in enumerate(SCORE.strip().splitlines()):
        words = line.split()
        bass, chord, loud, melody = words[0], words[1:5], float(words[5]), words[6:]
        at = bar * 4 * BEAT
        strike(out, at, hertz(bass), 0.20 * loud, BASS, 2.6)
        if bar // 8 == 1:
            strike(out, at + 2.5 * BEAT, hertz(bass), 0.11 * loud, BASS, 1.4)
        for i, which in enumerate(FIGURES[bar // 8]):
            if which is not None:
                when = at + i * BEAT / 2 + humans.near(0.009)
                strike(out, when, hertz(chord[which]), (0.17 + humans.near(0.02)) * loud, PLUCK, 2.0)
        for note in chord[1:]:
            breathe(out, at - 0.4, hertz(note), 0.020 * loud, 4 * BEAT + 0.8)
        for word in melody:
            beat, note = word.split(":")
            when = at + (float(beat) - 1) * BEAT + humans.near(0.012)
            strike(out, when, hertz(note), (0.25 + humans.near(0.02)) * loud, MALLET, 2.4)
    return out


def room(dry):
    """A small room: four combs and an all-pass (Schroeder), run round the loop twice so that echoes wrap."""
    wet = [0.0] * LENGTH
    for delay, back in ((1_187, 0.72), (1_301, 0.70), (1_423, 0.68), (1_559, 0.66)):
        line, held = [0.0] * delay, 0.0
        for lap in (0, 1):
            for i in range(LENGTH):
                j = (i + lap * LENGTH) % delay
                heard = line[j]
                held += 0.45 * (heard - held)  # walls swallow the highs
                line[j] = dry[i] + back * held
                if lap:
                    wet[i] += heard
    line = [0.0] * 389
    for lap in (0, 1):
        for i in range(LENGTH):
            j = (i + lap * LENGTH) % 389
            heard, given = line[j], wet[i]
            line[j] = given + 0.5 * heard
            if lap:
                dry[i] += 0.10 * (heard - 0.5 * line[j])
    return dry


def band(samples):
    """A gentle telephone band: first-order steps at 180 Hz (twice) and 3,400 Hz, run round the loop twice."""
    low, high = math.exp(-2 * math.pi * 180 / RATE), 1 - math.exp(-2 * math.pi * 3_400 / RATE)
    for _ in (0, 1):
        slow, out = 0.0, [0.0] * LENGTH
        for lap in (0, 1):
            for i in range(LENGTH):
                slow += (1 - low) * (samples[i] - slow)
                out[i] = samples[i] - slow
        samples = out
    smooth, out = 0.0, [0.0] * LENGTH
    for lap in (0, 1):
        for i in range(LENGTH):
            smooth += high * (samples[i] - smooth)
            out[i] = smooth
    return out


def level(samples):
    """To the stated loudness; whole samples."""
    mean = math.sqrt(sum(s * s for s in samples) / len(samples))
    gain = 32_768 * 10 ** (LOUDNESS_DBFS / 20) / mean
    assert max(abs(s) for s in samples) * gain < 32_000, "the music clips"
    return array.array("h", (round(s * gain) for s in samples))


def music():
    """The loop, 16 kHz, 16 bit, mono."""
    return level(band(room(perform())))
