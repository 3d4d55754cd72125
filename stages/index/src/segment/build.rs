//! Writing a segment: from a batch, a tail, or segments that become one.
//!
//! Memory: the table of one chunk at a time, about 12 bytes a hash and 2 bytes a bucket; the hashes themselves are read
//! back from the file. 100 million hashes take some 1.4 GB beside the page cache.

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Builder, Scope, ScopedJoinHandle};

use super::{ALIGN, FIXED, HEAD, Head, MAGIC, PER_CHUNK, Part, ROWS_MAX, Segment};
use crate::chunks::Chunks;
use crate::columns::{Columns, Piece, Range, sorted};
use crate::error::IndexError;
use crate::hash::{Hash, ORDER};
use crate::table::Maker;

/// Hashes from which on a file is so large that writing and making tables should go side by side.
const PUSHED_FROM: usize = 1 << 20;

/// Bytes that are collected before they are written.
const BUFFER: usize = 1 << 20;

/// Writes, syncs and opens the segment of all rows whose owners are wanted; `None` if there are none.
///
/// Until a manifest names it, the file is nobody's: a crash leaves it for [`crate::Index::open`] to remove.
pub(crate) fn write(
    path: &Path,
    number: u32,
    sources: &[Columns<'_>],
    is_wanted: &dyn Fn(u32) -> bool,
) -> Result<Option<Segment>, IndexError> {
    let pieces = sorted(sources, is_wanted);
    let rows: usize = pieces.iter().map(|piece| piece.hashes.len()).sum();
    if rows == 0 {
        return Ok(None);
    }
    if rows > ROWS_MAX {
        let folder = path.parent().unwrap_or(path).to_owned();
        return Err(IndexError::Full { folder, what: "a segment would have too many hashes" });
    }
    let outcome = Writer::create(path).and_then(|writer| fill(writer, number, rows, &pieces));
    if let Err(source) = outcome {
        // A disk that is full must not stay so for a file that nobody reads.
        let _gone_or_found_at_the_next_start = std::fs::remove_file(path);
        return Err(IndexError::io("write", path)(source));
    }
    Segment::open(path, number).map(Some)
}

fn fill(mut writer: Writer, number: u32, rows: usize, pieces: &[Piece<'_>]) -> io::Result<()> {
    let chunks = Chunks::for_rows(rows as u64);
    let mut parts = Vec::with_capacity(FIXED + PER_CHUNK * chunks.count() as usize);
    parts.push(writer.part(pieces.iter().map(|piece| bytemuck::cast_slice(piece.hashes)))?);
    parts.push(writer.part(pieces.iter().map(|piece| bytemuck::cast_slice(piece.positions)))?);
    let ranges = ranges(pieces);
    parts.push(writer.part([bytemuck::cast_slice(&ranges)].into_iter())?);
    writer.file.flush()?;
    let map = crate::native::map(writer.file.get_ref(), parts[0].start + parts[0].bytes)?;
    let hashes: &[Hash] = bytemuck::cast_slice(&map[parts[0].start as usize..]);
    let mut maker = Maker::default();
    let file = writer.file.get_ref().try_clone()?;
    std::thread::scope(|scope| {
        let mut pusher = if rows < PUSHED_FROM { None } else { Some(Pusher::start(scope, &file)?) };
        for chunk in chunks.all() {
            let made = maker.make(chunk, hashes);
            parts.push(writer.part([bytemuck::cast_slice(&made.lines)].into_iter())?);
            parts.push(writer.part([bytemuck::cast_slice(&made.wide)].into_iter())?);
            parts.push(writer.part([bytemuck::cast_slice(&made.rows)].into_iter())?);
            if let Some(pusher) = &mut pusher {
                pusher.push();
            }
        }
        pusher.map_or(Ok(()), Pusher::finish)
    })?;
    let head = Head { number, order: ORDER, rows: rows as u32, chunks: chunks.count(), length: writer.at, parts };
    writer.finish(&head)
}

fn ranges(pieces: &[Piece<'_>]) -> Vec<Range> {
    let (mut ranges, mut start): (Vec<Range>, u32) = (Vec::new(), 0);
    for piece in pieces {
        if ranges.last().is_none_or(|[owner, _]| *owner != piece.owner) {
            ranges.push([piece.owner, start]);
        }
        start += piece.hashes.len() as u32;
    }
    ranges
}

/// Brings what was written to the disk while the next table is made.
struct Pusher<'scope> {
    ask: SyncSender<()>,
    thread: ScopedJoinHandle<'scope, io::Result<()>>,
}

impl<'scope> Pusher<'scope> {
    fn start<'env>(scope: &'scope Scope<'scope, 'env>, file: &'env File) -> io::Result<Self> {
        let (ask, asked) = sync_channel(1);
        // An error is told once: who does not pass it on loses it for the last sync.
        let push = move || asked.into_iter().try_for_each(|()| file.sync_data());
        Ok(Self { ask, thread: Builder::new().name("index-sync".to_owned()).spawn_scoped(scope, push)? })
    }

    fn push(&mut self) {
        // If the last one is still under way, or has failed, there is nothing to ask for.
        let _busy_or_over = self.ask.try_send(());
    }

    fn finish(self) -> io::Result<()> {
        drop(self.ask);
        self.thread.join().map_err(|_| io::Error::other("the thread that syncs panicked"))?
    }
}

struct Writer {
    file: BufWriter<File>,
    at: u64,
}

impl Writer {
    fn create(path: &Path) -> io::Result<Self> {
        let file = File::options().read(true).write(true).create(true).truncate(true).open(path)?;
        let mut file = BufWriter::with_capacity(BUFFER, file);
        file.write_all(&[0; HEAD])?;
        Ok(Self { file, at: HEAD as u64 })
    }

    /// Writes a part, and zeros to the next multiple of 64.
    fn part<'a>(&mut self, pieces: impl Iterator<Item = &'a [u8]>) -> io::Result<Part> {
        let start = self.at;
        let mut sum = crc32fast::Hasher::new();
        for bytes in pieces {
            sum.update(bytes);
            self.file.write_all(bytes)?;
            self.at += bytes.len() as u64;
        }
        let part = Part { start, bytes: self.at - start, sum: sum.finalize() };
        let padding = self.at.next_multiple_of(ALIGN) - self.at;
        self.file.write_all(&[0; ALIGN as usize][..padding as usize])?;
        self.at += padding;
        Ok(part)
    }

    fn finish(mut self, head: &Head) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        let bytes = crate::files::seal(MAGIC, head);
        if bytes.len() > HEAD {
            return Err(io::Error::other("the head is longer than its page"));
        }
        self.file.write_all(&bytes)?;
        self.file.flush()?;
        self.file.get_ref().sync_all()
    }
}
