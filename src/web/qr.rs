//! Pure. A link as a QR code, for the camera of a phone.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use qrcode::{Color, EcLevel, QrCode};

/// Empty space on each side, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// A drawing of `size` by `size` modules; the dark ones are filled by `path`, in the words of SVG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub size: usize,
    pub path: String,
}

/// The text as a picture; `None`: it is longer than a code holds, about 2,300 letters.
pub fn picture(text: &str) -> Option<Picture> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let modules = code.to_colors();
    let rows = modules.chunks(width).enumerate();
    let path = rows.map(|(row, modules)| row_of(modules, row + QUIET)).collect();
    Some(Picture { size: width + 2 * QUIET, path })
}

/// The dark stretches of a row, a rectangle each.
fn row_of(modules: &[Color], y: usize) -> String {
    let (mut path, mut x) = (String::new(), QUIET);
    for stretch in modules.chunk_by(|one, next| one == next) {
        let length = stretch.len();
        if stretch.first() == Some(&Color::Dark) {
            path.push_str(&format!("M{x} {y}h{length}v1h-{length}z"));
        }
        x += length;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a camera sees: so many dots a module, dark where the path was filled.
    fn painted(picture: &Picture, dots: usize) -> Vec<Vec<bool>> {
        let mut modules = vec![vec![false; picture.size]; picture.size];
        for one in picture.path.split_terminator('z') {
            let (place, shape) = one.strip_prefix('M').unwrap().split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let (length, back) = shape.split_once("v1h-").unwrap();
            assert_eq!(length, back);
            let (x, y, length): (usize, usize, usize) =
                (x.parse().unwrap(), y.parse().unwrap(), length.parse().unwrap());
            modules[y][x..x + length].fill(true);
        }
        let wide = |row: &Vec<bool>| row.iter().flat_map(|dark| vec![*dark; dots]).collect::<Vec<_>>();
        modules.iter().flat_map(|row| vec![wide(row); dots]).collect()
    }

    #[test]
    fn a_camera_reads_the_link() {
        let link = "otpauth://totp/Hansen%20%26%20S%C3%B8n:anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hansen";
        let picture = picture(link).unwrap();
        let seen = painted(&picture, 4);
        let grey = |x: usize, y: usize| if seen[y][x] { 0 } else { 255 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(seen.len(), seen.len(), grey);
        let found = image.detect_grids();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].decode().unwrap().1, link);
    }

    #[test]
    fn there_is_room_around_it_and_an_end_to_what_it_holds() {
        let drawn = picture("https://box.local/").unwrap();
        let seen = painted(&drawn, 1);
        let edge = |at: usize| !(QUIET..drawn.size - QUIET).contains(&at);
        let dark = |x: usize, y: usize| seen[y][x] && (edge(x) || edge(y));
        assert!(!(0..drawn.size).any(|y| (0..drawn.size).any(|x| dark(x, y))));
        assert_eq!(picture(&"x".repeat(3_000)), None);
    }
}
