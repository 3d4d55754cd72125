//! One needle through the tables.

use crate::chunks::{Chunk, Chunks, flips};
use crate::columns::Columns;
use crate::hash::Hash;
use crate::native::{Kernel, Near, prefetch};
use crate::table::Table;

use super::Segment;

/// Buckets that are looked into at a time. The misses of one block are waited for together.
const BLOCK: usize = 128;

/// A bucket with more rows is looked through by itself.
const LARGE: u32 = 512;

/// Which buckets a radius asks for, in segments that are cut in one way.
#[derive(Debug)]
pub(crate) struct Search {
    radius: u32,
    chunks: Chunks,
    /// Chunk, distance to search it in, and which of [`Search::flips`] that is.
    steps: Vec<Step>,
    /// By width of chunk.
    flips: Vec<(u32, Vec<u32>)>,
}

#[derive(Debug)]
struct Step {
    /// Number of the chunk.
    at: usize,
    chunk: Chunk,
    reach: u32,
    list: usize,
    /// How many of the list.
    buckets: usize,
}

impl Search {
    pub(crate) fn new(chunks: &Chunks, radius: u32) -> Self {
        let mut lists: Vec<(u32, Vec<u32>)> = Vec::new();
        let mut steps = Vec::new();
        for (at, (chunk, reach)) in chunks.at_radius(radius).enumerate() {
            let Some(reach) = reach else { continue };
            let list = lists.iter().position(|(width, _)| *width == chunk.width).unwrap_or_else(|| {
                // The first chunk of a width is searched farthest.
                lists.push((chunk.width, flips(chunk.width, reach)));
                lists.len() - 1
            });
            let buckets = lists[list].1.partition_point(|flip| flip.count_ones() <= reach);
            steps.push(Step { at, chunk, reach, list, buckets });
        }
        Self { radius, chunks: chunks.clone(), steps, flips: lists }
    }

    pub(crate) fn is_for(&self, chunks: &Chunks) -> bool {
        self.chunks == *chunks
    }
}

/// A segment's columns and tables at hand, for many needles.
#[derive(Debug)]
pub(crate) struct Tables<'a> {
    columns: Columns<'a>,
    by_chunk: Vec<(Chunk, Table<'a>)>,
    /// Buckets that are not empty.
    spans: Vec<(u32, u32)>,
    picked: Vec<u32>,
}

impl<'a> Tables<'a> {
    pub(crate) fn new(segment: &'a Segment) -> Self {
        let (columns, by_chunk) = (segment.columns(), segment.tables().collect());
        Self { columns, by_chunk, spans: Vec::with_capacity(BLOCK), picked: Vec::with_capacity(4 * BLOCK) }
    }

    /// Adds every row within the radius once; `None` if the segment contradicts itself.
    pub(crate) fn near(
        &mut self,
        kernel: Kernel,
        search: &Search,
        (at, needle): (u32, &Hash),
        found: &mut Vec<Near>,
    ) -> Option<()> {
        let hashes = self.columns.hashes;
        for (done, step) in search.steps.iter().enumerate() {
            let table = self.by_chunk.get(step.at)?.1;
            let value = step.chunk.of(needle);
            let flips = search.flips.get(step.list)?.1.get(..step.buckets)?;
            let earlier = &search.steps[..done];
            // A row that an earlier chunk leads to was told there.
            let mut tell = |row: u32, distance: u32| {
                let hash = &hashes[row as usize];
                let agrees = |step: &Step| (step.chunk.of(needle) ^ step.chunk.of(hash)).count_ones() <= step.reach;
                if !earlier.iter().any(agrees) {
                    found.push(Near { needle: at, row, distance });
                }
            };
            for block in flips.chunks(BLOCK) {
                for flip in block {
                    prefetch(table.lines, Table::line(value ^ flip));
                }
                self.spans.clear();
                for flip in block {
                    let span = table.bucket(value ^ flip)?;
                    if span.1 > span.0 {
                        prefetch(table.rows, span.0 as usize);
                        self.spans.push(span);
                    }
                }
                self.picked.clear();
                for span in &self.spans {
                    let rows = table.rows(*span)?;
                    if span.1 - span.0 > LARGE {
                        kernel.pick(hashes, rows, needle, search.radius, &mut tell)?;
                        continue;
                    }
                    for row in rows {
                        prefetch(hashes, *row as usize);
                        self.picked.push(*row);
                    }
                }
                kernel.pick(hashes, &self.picked, needle, search.radius, &mut tell)?;
            }
        }
        Some(())
    }
}
