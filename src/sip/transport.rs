//! Shell. SIP sockets: UDP, TCP, TLS.
