//! Segments that become one: fewer to search, and without what was removed.

use std::sync::{Arc, PoisonError};

use super::Index;
use crate::error::IndexError;
use crate::manifest;
use crate::segment::{ROWS_MAX, Segment, build};

/// A segment is merged with all smaller ones when these have at least one in so many of its hashes: so there are four
/// of them at most up to 100 million, and a hash is written 19 times in its life.
const SHARE: usize = 8;

/// A segment is written anew when at least one in so many of its hashes belongs to nobody any more.
const REMOVED: usize = 4;

/// What a merge did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// Segments that became one, or none if nothing in them counted.
    pub segments: usize,
    /// Hashes that are in it.
    pub hashes: usize,
    /// Hashes of removed owners that are gone from the disk.
    pub purged: usize,
}

impl Index {
    /// Merges some segments if it is worth it; `None` if there is nothing to do. Searches and inserts go on meanwhile.
    /// Takes about half a microsecond a hash, and as much disk as the new segment needs beside the old ones.
    ///
    /// # Errors
    /// [`IndexError::DamagedSegment`]: damage is not carried on; those of writing: the index is as before.
    pub fn merge_step(&self) -> Result<Option<Merge>, IndexError> {
        let _only_one = self.merging.lock().unwrap_or_else(PoisonError::into_inner);
        let view = self.snapshot();
        let is_live = |owner: u32| view.owners.get(owner).is_some();
        let sizes: Vec<Size> =
            view.segments.iter().map(|one| Size { rows: one.rows(), live: one.live(&is_live) }).collect();
        let Some(picked) = pick(&sizes) else { return Ok(None) };
        let picked: Vec<Arc<Segment>> = picked.into_iter().map(|at| view.segments[at].clone()).collect();
        self.merge(&picked, &is_live).map(Some)
    }

    /// Makes one segment of everything (of 2^27 hashes at most; else as few as that allows), and takes all that was
    /// removed off the disk, names included.
    ///
    /// # Errors
    /// As [`Index::merge_step`].
    pub fn compact(&self) -> Result<(), IndexError> {
        let _only_one = self.merging.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut writer = self.writer()?;
            self.seal(&mut writer)?;
            writer.register.rewrite()?;
        }
        let view = self.snapshot();
        let is_live = |owner: u32| view.owners.get(owner).is_some();
        let sized = view.segments.iter().map(|segment| (segment.live(&is_live), segment.clone()));
        let mut sized: Vec<(usize, Arc<Segment>)> = sized.collect();
        sized.sort_by_key(|(live, _)| *live);
        let (mut group, mut length): (Vec<Arc<Segment>>, usize) = (Vec::new(), 0);
        for (live, segment) in sized {
            if length + live > ROWS_MAX {
                self.merge_unless_clean(&group, length, &is_live)?;
                group.clear();
                length = 0;
            }
            length += live;
            group.push(segment);
        }
        self.merge_unless_clean(&group, length, &is_live)
    }

    fn merge_unless_clean(
        &self,
        group: &[Arc<Segment>],
        live: usize,
        is_live: &dyn Fn(u32) -> bool,
    ) -> Result<(), IndexError> {
        let is_clean = group.len() == 1 && group[0].rows() == live;
        if group.is_empty() || is_clean { Ok(()) } else { self.merge(group, is_live).map(|_| ()) }
    }

    fn merge(&self, picked: &[Arc<Segment>], is_live: &dyn Fn(u32) -> bool) -> Result<Merge, IndexError> {
        picked.iter().try_for_each(|segment| segment.check())?;
        let number = self.writer()?.number(&self.folder)?;
        let columns: Vec<_> = picked.iter().map(|segment| segment.columns()).collect();
        let merged = build::write(&manifest::segment(&self.folder, number), number, &columns, is_live)?;
        let hashes = merged.as_ref().map_or(0, Segment::rows);
        let before: usize = picked.iter().map(|segment| segment.rows()).sum();
        let is_old = |number: u32| picked.iter().any(|old| old.number() == number);
        let mut writer = self.writer()?;
        let mut manifest = writer.manifest.clone();
        manifest.segments.retain(|number| !is_old(*number));
        manifest.segments.extend(merged.as_ref().map(Segment::number));
        writer.commit(&self.folder, manifest)?;
        self.publish(&writer, |view| {
            view.segments.retain(|segment| !is_old(segment.number()));
            view.segments.extend(merged.map(Arc::new));
        });
        drop(writer);
        for segment in picked {
            // Who searches still has it mapped; if this fails, the next start removes it.
            let _gone_or_found_at_the_next_start = std::fs::remove_file(segment.path());
        }
        Ok(Merge { segments: picked.len(), hashes, purged: before - hashes })
    }
}

/// Hashes of a segment, and those of them that count.
#[derive(Debug, Clone, Copy)]
struct Size {
    rows: usize,
    live: usize,
}

/// Which segments should become one.
fn pick(sizes: &[Size]) -> Option<Vec<usize>> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(sizes[*at].live));
    let lives: Vec<usize> = order.iter().map(|at| sizes[*at].live).collect();
    for first in 0..order.len().saturating_sub(1) {
        let smaller: usize = lives[first + 1..].iter().sum();
        if smaller * SHARE >= lives[first] && smaller + lives[first] <= ROWS_MAX {
            return Some(order.split_off(first));
        }
    }
    let stale = sizes.iter().position(|size| (size.rows - size.live) * REMOVED >= size.rows);
    stale.map(|at| vec![at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_live(rows: &[usize]) -> Vec<Size> {
        rows.iter().map(|rows| Size { rows: *rows, live: *rows }).collect()
    }

    #[test]
    fn a_segment_is_merged_when_the_smaller_ones_are_an_eighth_of_it() {
        assert_eq!(pick(&all_live(&[])), None);
        assert_eq!(pick(&all_live(&[5])), None);
        assert_eq!(pick(&all_live(&[100, 12])), None);
        assert_eq!(pick(&all_live(&[10, 100, 3])), Some(vec![1, 0, 2]));
        assert_eq!(pick(&all_live(&[1_000, 90, 30, 4])), Some(vec![1, 2, 3]));
        assert_eq!(pick(&all_live(&[ROWS_MAX, ROWS_MAX / 4])), None, "too many for one");
    }

    #[test]
    fn a_segment_of_which_a_quarter_is_removed_is_written_anew() {
        assert_eq!(pick(&[Size { rows: 100, live: 76 }]), None);
        assert_eq!(pick(&[Size { rows: 100, live: 75 }]), Some(vec![0]));
    }

    #[test]
    fn a_growing_index_has_few_segments_and_rewrites_little() {
        let (mut sizes, mut written) = (Vec::new(), 0);
        for _ in 0..3_200 {
            sizes.push(32_768);
            while let Some(picked) = pick(&all_live(&sizes)) {
                let merged: usize = picked.iter().map(|at| sizes[*at]).sum();
                written += merged;
                sizes = (0..sizes.len()).filter(|at| !picked.contains(at)).map(|at| sizes[at]).collect();
                sizes.push(merged);
            }
            assert!(sizes.len() <= 4, "{sizes:?}");
        }
        assert!(written < 20 * 3_200 * 32_768, "{}", written / (3_200 * 32_768));
    }
}
