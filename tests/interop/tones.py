"""Tones: one per party, made and measured without anybody's help."""

import array
import math
import wave

RATE = 8_000
LOUDNESS = 9_000  # amplitude, about -14 dBFS


def sine(hertz, seconds, start=0):
    """Samples of a tone, in phase from `start` on."""
    step = 2 * math.pi * hertz / RATE
    return array.array("h", (round(LOUDNESS * math.sin(step * (start + i))) for i in range(round(seconds * RATE))))


def write(path, hertz, seconds):
    """A WAV file of a tone."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(sine(hertz, seconds).tobytes())


def share(samples, hertz):
    """How much of the sound is this tone, 0 to 1 (Goertzel over the whole)."""
    energy = sum(s * s for s in samples)
    if len(samples) < RATE // 10 or energy < len(samples) * 50**2:
        return 0.0
    turn = 2 * math.cos(2 * math.pi * hertz / RATE)
    before = now = 0.0
    for sample in samples:
        before, now = now, sample + turn * now - before
    power = before * before + now * now - turn * before * now
    return min(1.0, 2 * power / (len(samples) * energy))


def ulaw_decode(byte):
    """One G.711 µ-law byte as a sample."""
    byte = ~byte & 0xFF
    value = (((byte & 0x0F) << 3) + 0x84) << ((byte & 0x70) >> 4)
    return 0x84 - value if byte & 0x80 else value - 0x84


def ulaw_encode(sample):
    """One sample as a G.711 µ-law byte."""
    sign = 0x80 if sample < 0 else 0
    value = min(abs(sample), 32_635) + 0x84
    exponent = max(0, value.bit_length() - 8)
    return ~(sign | exponent << 4 | (value >> (exponent + 3)) & 0x0F) & 0xFF


ULAW = [ulaw_decode(byte) for byte in range(256)]


def self_check():
    """The measure can fail: another tone, silence and noise are not this tone."""
    tone = sine(440, 0.5)
    coded = array.array("h", (ULAW[ulaw_encode(s)] for s in tone))
    assert share(tone, 440) > 0.99 and share(coded, 440) > 0.98
    assert share(tone, 660) < 0.01 and share(array.array("h", [0] * 4_000), 440) == 0.0
    chopped = array.array("h", (0 if i // 800 % 2 else s for i, s in enumerate(tone)))
    assert share(chopped, 440) < 0.6
