//! Pure. RFC 3261 §12: tags, route sets, CSeq.
