//! Shell. Sound in the room; the program starts and works without a sound card.
