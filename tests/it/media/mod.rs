//! Sound: who hears whom, on real sockets of the loopback; what is agreed, and whose packets are taken.

mod keys;
mod latching;
mod negotiation;
mod phone;
mod playing;
mod prompts;
mod recording;
mod timeline;
mod who_hears_whom;
