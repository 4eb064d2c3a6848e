//! Shell. The only artefact that links ALSA.

fn main() {}
