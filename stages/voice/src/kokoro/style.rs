//! A voice's file: one style for each length of text.

use std::path::Path;

use super::error::KokoroError;
use crate::error::VoiceError;

/// Numbers of one style.
pub(super) const STYLE: usize = 256;

/// Most styles of one file; the model's own voices have 510.
const STYLES_MAX: usize = 4_096;

/// Names of voices shown beside one that does not exist.
const NEAR_MAX: usize = 8;

/// A voice.
#[derive(Debug, PartialEq)]
pub(super) struct Voice {
    numbers: Vec<f32>,
    /// Eight letters that stand for its bytes.
    pub(super) hash: String,
}

impl Voice {
    /// # Errors
    /// [`KokoroError::File`], [`KokoroError::Voice`], or [`VoiceError::UnknownVoice`] if the folder has no such voice.
    pub(super) fn read(folder: &Path, name: &str) -> Result<Self, VoiceError> {
        let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let path = folder.join(format!("{name}.bin"));
        if !is_name(name) || !path.is_file() {
            let near = near(folder, name)?;
            return Err(VoiceError::UnknownVoice { engine: "kokoro", voice: name.to_owned(), near });
        }
        let bytes = std::fs::read(&path).map_err(|why| KokoroError::File { key: "voices", path: path.clone(), why })?;
        Ok(Self::of(&bytes).ok_or(KokoroError::Voice { path, bytes: bytes.len() })?)
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let styles = bytes.len() / (4 * STYLE);
        if !bytes.len().is_multiple_of(4 * STYLE) || !(1..=STYLES_MAX).contains(&styles) {
            return None;
        }
        let number =
            |bytes: &[u8]| Some(f32::from_le_bytes(bytes.try_into().ok()?)).filter(|number| number.is_finite());
        let numbers = bytes.chunks_exact(4).map(number).collect::<Option<Vec<_>>>()?;
        Some(Self { numbers, hash: blake3::hash(bytes).to_hex()[..8].to_owned() })
    }

    /// The style for a text of so many symbols: the first is for one symbol.
    pub(super) fn style(&self, symbols: usize) -> &[f32] {
        let last = self.numbers.len() / STYLE - 1;
        let at = symbols.saturating_sub(1).min(last) * STYLE;
        &self.numbers[at..at + STYLE]
    }
}

/// Voices of the folder, those of the same language first.
fn near(folder: &Path, wanted: &str) -> Result<Vec<String>, KokoroError> {
    let failed = |why| KokoroError::File { key: "voices", path: folder.to_owned(), why };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        names.extend(name.to_str().and_then(|name| name.strip_suffix(".bin")).map(str::to_owned));
    }
    let letter = |name: &str| name.chars().next();
    names.sort_by_key(|name| (letter(name) != letter(wanted), name.clone()));
    names.truncate(NEAR_MAX);
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::{STYLE, Voice};

    fn file(styles: usize) -> Vec<u8> {
        (0..styles * STYLE).flat_map(|at| ((at / STYLE) as f32).to_le_bytes()).collect()
    }

    #[test]
    fn each_length_has_its_style_and_longer_texts_the_last() {
        let voice = Voice::of(&file(510)).unwrap();
        for (symbols, style) in [(0, 0.0_f32), (1, 0.0), (2, 1.0), (510, 509.0), (900, 509.0)] {
            assert_eq!(voice.style(symbols), [style; STYLE]);
        }
    }

    #[test]
    fn what_is_no_list_of_styles_is_refused() {
        let mut not_a_number = file(2);
        not_a_number[..4].copy_from_slice(&f32::NAN.to_le_bytes());
        for bytes in [Vec::new(), file(1)[1..].to_vec(), b"<!DOCTYPE html>".to_vec(), not_a_number] {
            assert_eq!(Voice::of(&bytes), None);
        }
    }
}
