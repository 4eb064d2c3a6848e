//! Pure. `winmail.dat`: the files Outlook wraps in TNEF (MS-OXTNEF), opened read-only.

/// A file inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub data: Vec<u8>,
}

const SIGNATURE: u32 = 0x223E_9F78;
/// Files that are looked for.
const FILES_MAX: usize = 100;

const ATTACH_REND_DATA: u32 = 0x0006_9002;
const ATTACH_TITLE: u32 = 0x0001_8010;
const ATTACH_DATA: u32 = 0x0006_800F;
const ATTACH_PROPERTIES: u32 = 0x0006_9005;
const LONG_FILENAME: u16 = 0x3707;

/// The files in a `winmail.dat`; those before the first damage.
pub fn open(bytes: &[u8]) -> Vec<File> {
    let mut reader = Reader { bytes, at: 0 };
    let mut files: Vec<File> = Vec::new();
    if reader.u32() != Some(SIGNATURE) || reader.take(2).is_none() {
        return files;
    }
    while files.len() < FILES_MAX
        && let Some((attribute, data)) = reader.attribute()
    {
        match (attribute, files.last_mut()) {
            (ATTACH_REND_DATA, _) => files.push(File { name: String::new(), data: Vec::new() }),
            (ATTACH_TITLE, Some(file)) if file.name.is_empty() => file.name = single_byte(data),
            (ATTACH_DATA, Some(file)) => file.data = data.to_vec(),
            (ATTACH_PROPERTIES, Some(file)) => {
                if let Some(name) = long_name(data) {
                    file.name = name;
                }
            }
            _ => {}
        }
    }
    files
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }

    /// Level, identity, length, data, checksum (MS-OXTNEF §2.1.3); the checksum is not asked for.
    fn attribute(&mut self) -> Option<(u32, &'b [u8])> {
        self.take(1)?;
        let identity = self.u32()?;
        let length = self.u32()? as usize;
        let data = self.take(length)?;
        self.take(2)?;
        Some((identity, data))
    }

    /// A variable-length property value: count, then length and bytes padded to four, each.
    fn values(&mut self) -> Option<&'b [u8]> {
        let count = self.u32()?;
        let mut first = None;
        for _ in 0..count {
            let length = self.u32()? as usize;
            let value = self.take(length)?;
            self.take(length.wrapping_neg() % 4)?;
            first = first.or(Some(value));
        }
        first
    }
}

/// The long file name among the properties of an attachment (MS-OXTNEF §2.1.3.4), up to the first named
/// property: those in front of it are all an attachment has.
fn long_name(properties: &[u8]) -> Option<String> {
    let mut reader = Reader { bytes: properties, at: 0 };
    let count = reader.u32()?;
    for _ in 0..count.min(1000) {
        let (kind, identity) = (reader.u16()?, reader.u16()?);
        if identity >= 0x8000 {
            return None;
        }
        let value = match kind {
            0x0002 | 0x0003 | 0x0004 | 0x000A | 0x000B => reader.take(4)?,
            0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => reader.take(8)?,
            0x0048 => reader.take(16)?,
            0x000D | 0x001E | 0x001F | 0x0102 => reader.values()?,
            _ => return None,
        };
        if identity == LONG_FILENAME {
            return Some(if kind == 0x001F { wide(value) } else { single_byte(value) });
        }
    }
    None
}

fn single_byte(data: &[u8]) -> String {
    let end = data.iter().position(|b| *b == 0).unwrap_or(data.len());
    super::decode::text(&data[..end], None)
}

fn wide(data: &[u8]) -> String {
    let units = data.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    char::decode_utf16(units.take_while(|unit| *unit != 0)).map(|c| c.unwrap_or('\u{fffd}')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(identity: u32, data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![2];
        bytes.extend(identity.to_le_bytes());
        bytes.extend((data.len() as u32).to_le_bytes());
        bytes.extend(data);
        bytes.extend([0, 0]);
        bytes
    }

    fn winmail() -> Vec<u8> {
        let mut bytes = SIGNATURE.to_le_bytes().to_vec();
        bytes.extend([1, 0]);
        bytes.extend(attribute(ATTACH_REND_DATA, &[0; 14]));
        bytes.extend(attribute(ATTACH_TITLE, b"OFFER~1.PDF\0"));
        bytes.extend(attribute(ATTACH_DATA, b"%PDF-1"));
        let name: Vec<u8> = "Tilbud på æbler.pdf\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut properties = 2_u32.to_le_bytes().to_vec();
        properties.extend([3, 0, 0x20, 0x0e, 9, 9, 9, 9]);
        properties.extend([0x1f, 0, 0x07, 0x37, 1, 0, 0, 0]);
        properties.extend((name.len() as u32).to_le_bytes());
        properties.extend(&name);
        properties.extend(vec![0; name.len().wrapping_neg() % 4]);
        bytes.extend(attribute(ATTACH_PROPERTIES, &properties));
        bytes
    }

    #[test]
    fn files_come_out_with_their_long_names() {
        let files = open(&winmail());
        assert_eq!(files, [File { name: "Tilbud på æbler.pdf".into(), data: b"%PDF-1".to_vec() }]);
    }

    #[test]
    fn a_damaged_one_gives_what_lies_before_the_damage() {
        let whole = winmail();
        for end in 0..whole.len() {
            assert!(open(&whole[..end]).len() <= 1);
            let mut bent = whole.clone();
            bent[end] ^= 0xff;
            open(&bent);
        }
        assert_eq!(open(b"GIF89a"), []);
    }
}
