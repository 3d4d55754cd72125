//! The files of days: frames, crashes, compression, age.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::civil::Date;

use super::bytes::{Bytes, put_number};
use super::codec::Day;
use crate::error::TrendsError;

/// The first bytes of every day; the number is the format's version.
pub(super) const MAGIC: &[u8] = b"RPOBS1\n";
/// A longer block, or a longer day, was not written by us.
const BLOCK_BYTES: usize = 64 << 20;
const DAY_BYTES: u64 = 4 << 30;
const OPEN: &str = ".polls";
const CLOSED: &str = ".polls.gz";

pub(super) fn plain(folder: &Path, date: Date) -> PathBuf {
    folder.join(format!("{date}{OPEN}"))
}

fn closed(folder: &Path, date: Date) -> PathBuf {
    folder.join(format!("{date}{CLOSED}"))
}

/// Every day that has a file with this ending, the oldest first.
fn days_with(folder: &Path, ending: &str) -> io::Result<Vec<Date>> {
    let mut days = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        let date = name.to_str().and_then(|name| name.strip_suffix(ending)).map(str::parse::<Date>);
        let date = date.and_then(Result::ok);
        days.extend(date);
    }
    days.sort_unstable();
    Ok(days)
}

pub(super) fn plain_days(folder: &Path) -> io::Result<Vec<Date>> {
    days_with(folder, OPEN)
}

/// Every day there is, open or closed, the oldest first.
pub(super) fn all_days(folder: &Path) -> io::Result<Vec<Date>> {
    let mut days = days_with(folder, OPEN)?;
    days.extend(days_with(folder, CLOSED)?);
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

/// A day's bytes without the magic number, from the closed file if there is one: it is only there when it is whole.
pub(super) fn bytes_of(folder: &Path, date: Date) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match File::open(closed(folder, date)) {
        Ok(file) => GzDecoder::new(file).take(DAY_BYTES).read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            File::open(plain(folder, date))?.take(DAY_BYTES).read_to_end(&mut bytes)?
        }
        Err(error) => return Err(error),
    };
    Ok(bytes)
}

/// A block with its length and its checksum.
pub(super) fn framed(block: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(block.len() + 8);
    put_number(&mut out, block.len() as u64);
    out.extend_from_slice(&crc32fast::hash(block).to_le_bytes());
    out.extend_from_slice(block);
    out
}

/// Why there is no next block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The file ends here.
    Whole,
    /// The file ends within a block: it was cut off while it was written.
    Torn,
    /// The bytes are not what was written.
    Damaged,
}

/// The block at the front of `bytes`, which go on after it.
pub(super) fn next_block<'a>(bytes: &mut &'a [u8]) -> Result<&'a [u8], End> {
    if bytes.is_empty() {
        return Err(End::Whole);
    }
    let mut rest = Bytes(bytes);
    let head = rest.place().and_then(|length| Ok((length, rest.take(4)?)));
    let Ok((length, sum)) = head else { return Err(End::Torn) };
    if length > BLOCK_BYTES {
        return Err(End::Damaged);
    }
    let Ok(block) = rest.take(length) else { return Err(End::Torn) };
    if crc32fast::hash(block).to_le_bytes() != sum {
        return Err(if rest.0.is_empty() { End::Torn } else { End::Damaged });
    }
    *bytes = rest.0;
    Ok(block)
}

/// Reads a day that is to be written on, and cuts off what cannot be read. Gives its state, its length, and what an
/// operator should know.
pub(super) fn mend(folder: &Path, date: Date) -> io::Result<(Day, u64, Option<TrendsError>)> {
    let path = plain(folder, date);
    let bytes = std::fs::read(&path)?;
    let mut state = Day::default();
    let Some(mut rest) = bytes.strip_prefix(MAGIC) else {
        let warning = (!MAGIC.starts_with(&bytes)).then(|| set_aside(&path, &bytes, 0)).transpose()?;
        drop(begin(folder, date)?);
        return Ok((state, MAGIC.len() as u64, warning));
    };
    let mut good = rest.len();
    let end = loop {
        match next_block(&mut rest) {
            Ok(block) if state.decode(block, &mut |_, _, _, _| {}).is_ok() => good = rest.len(),
            Ok(_) => break End::Damaged,
            Err(end) => break end,
        }
    };
    let length = (bytes.len() - good) as u64;
    let warning = match end {
        End::Whole => None,
        End::Torn => Some(TrendsError::TornObservations { path: path.clone(), lost: good as u64 }),
        End::Damaged => Some(set_aside(&path, &bytes, length)?),
    };
    if end != End::Whole {
        let file = File::options().write(true).open(&path)?;
        file.set_len(length)?;
        file.sync_all()?;
        // The block that could not be read may have left its mark on the state.
        return mend(folder, date).map(|(state, length, _)| (state, length, warning));
    }
    state.number_items();
    Ok((state, length, warning))
}

fn set_aside(path: &Path, bytes: &[u8], good: u64) -> io::Result<TrendsError> {
    let kept = path.with_extension("polls.damaged");
    std::fs::write(&kept, bytes)?;
    let message = format!("only the first {good} of {} bytes can be read", bytes.len());
    Ok(TrendsError::Damaged { path: path.to_owned(), kept, message })
}

/// An empty file for a day.
pub(super) fn begin(folder: &Path, date: Date) -> io::Result<File> {
    let mut file = File::create(plain(folder, date))?;
    file.write_all(MAGIC)?;
    file.sync_all()?;
    File::options().append(true).open(plain(folder, date))
}

/// Puts a compressed file in a day's place. A crash at any point leaves the one or the other whole.
pub(super) fn compress(folder: &Path, date: Date) -> io::Result<()> {
    let (from, to) = (plain(folder, date), closed(folder, date));
    if !to.exists() {
        let new = to.with_extension("gz.new");
        let mut encoder = GzEncoder::new(File::create(&new)?, Compression::default());
        io::copy(&mut File::open(&from)?, &mut encoder)?;
        encoder.finish()?.sync_all()?;
        std::fs::rename(&new, &to)?;
    }
    std::fs::remove_file(from)
}

/// Puts other bytes in a closed day's place, whole or not at all.
pub(super) fn replace_closed(folder: &Path, date: Date, bytes: &[u8]) -> io::Result<()> {
    let to = closed(folder, date);
    let new = to.with_extension("gz.new");
    let mut encoder = GzEncoder::new(File::create(&new)?, Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()?.sync_all()?;
    std::fs::rename(&new, &to)
}

/// Removes what was kept aside of a day.
pub(super) fn remove_aside(folder: &Path, date: Date) -> io::Result<()> {
    match std::fs::remove_file(plain(folder, date).with_extension("polls.damaged")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The days of which something was kept aside.
pub(super) fn aside_days(folder: &Path) -> io::Result<Vec<Date>> {
    days_with(folder, ".polls.damaged")
}

pub(super) fn remove_before(folder: &Path, oldest: Date) -> io::Result<()> {
    for date in all_days(folder)?.into_iter().filter(|date| *date < oldest) {
        for path in [plain(folder, date), closed(folder, date)] {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
    }
    Ok(())
}
