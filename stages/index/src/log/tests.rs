use super::*;

const CONTENTS: [&[u8]; 4] = [b"one", b"", &[7; 100], b"the last"];

fn written(folder: &Path) -> (PathBuf, Vec<u8>) {
    let path = folder.join("log");
    let mut log = Log::create(&path).unwrap();
    for content in CONTENTS {
        log.append(content).unwrap();
    }
    assert_eq!(log.length(), std::fs::metadata(&path).unwrap().len());
    let bytes = std::fs::read(&path).unwrap();
    (path, bytes)
}

/// Where each record ends.
fn ends() -> Vec<usize> {
    let lengths = CONTENTS.iter().map(|content| HEAD + content.len());
    lengths.scan(MAGIC.len(), |at, length| Some(std::mem::replace(at, *at + length) + length)).collect()
}

#[test]
fn a_log_cut_at_any_byte_keeps_every_whole_record_and_takes_more() {
    let folder = tempfile::tempdir().unwrap();
    let (path, bytes) = written(folder.path());
    for length in 0..=bytes.len() {
        std::fs::write(&path, &bytes[..length]).unwrap();
        let whole = ends().iter().filter(|end| **end <= length).count();
        let mut read = Log::open(&path).unwrap();
        assert_eq!(read.contents, CONTENTS[..whole], "{length}");
        let good = ends()[..whole].last().copied().unwrap_or(MAGIC.len().min(length));
        assert_eq!(read.torn, (length - if length < MAGIC.len() { length } else { good }) as u64, "{length}");
        read.log.append(b"more").unwrap();
        let again = Log::open(&path).unwrap();
        assert_eq!((again.contents.len(), again.torn), (whole + 1, 0), "{length}");
        assert_eq!(again.contents.last().unwrap(), b"more", "{length}");
    }
}

#[test]
fn a_log_that_ends_in_zeros_after_a_power_cut_keeps_every_whole_record() {
    let folder = tempfile::tempdir().unwrap();
    let (path, mut bytes) = written(folder.path());
    bytes.resize(bytes.len() + 5_000, 0);
    std::fs::write(&path, &bytes).unwrap();
    let read = Log::open(&path).unwrap();
    assert_eq!((read.contents.as_slice(), read.torn), (CONTENTS.map(<[u8]>::to_vec).as_slice(), 5_000));
}

#[test]
fn a_flipped_bit_costs_the_last_record_or_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (path, bytes) = written(folder.path());
    let last = ends()[2];
    for bit in 0..bytes.len() * 8 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(&path, &bytes).unwrap();
        match Log::open(&path) {
            Ok(read) => {
                assert!(bit / 8 >= last, "bit {bit}");
                assert_eq!(read.contents, CONTENTS[..3], "bit {bit}");
                assert_eq!(read.torn as usize, bytes.len() - last, "bit {bit}");
            }
            Err(IndexError::DamagedLog { offset, .. }) => {
                let begins = ends().into_iter().take_while(|end| *end <= bit / 8).last().unwrap_or(MAGIC.len());
                let expected = if bit / 8 < MAGIC.len() { 0 } else { begins };
                assert_eq!(offset as usize, expected, "bit {bit}");
                assert_eq!(std::fs::read(&path).unwrap(), bytes, "bit {bit}: nothing was changed");
            }
            Err(other) => panic!("bit {bit}: {other}"),
        }
    }
}

#[test]
fn a_write_that_cannot_be_taken_back_ends_the_log() {
    let folder = tempfile::tempdir().unwrap();
    // Takes no byte, and cannot be cut to what it had.
    let (path, file) = (folder.path().join("log"), File::options().append(true).open("/dev/full").unwrap());
    let mut log = Log { file, path, length: 8, records: 0, is_broken: false };
    let said = |error: IndexError| error.to_string().replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(said(log.append(b"one").unwrap_err()), @"could not write FOLDER/log");
    insta::assert_snapshot!(
        said(log.append(b"two").unwrap_err()),
        @"index FOLDER takes no more changes: an earlier write failed half way (open it anew)"
    );
}
