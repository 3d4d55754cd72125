//! Random changes, in any order, with restarts between: the index answers as a list does.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Insert { cut: u64, rows: Vec<(u8, u32, u32)> },
    Remove { cut: u64 },
    Seal,
    Merge,
    Compact,
    Reopen,
    Search { family: u8, flips: u32, radius: u32, niche: Option<u64> },
}

/// Hashes come in few families, so that many are near each other.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let rows = prop::collection::vec((0..4_u8, 0..40_u32, 0..9_u32), 0..60);
    let step = prop_oneof![
        4 => (0..8_u64, rows).prop_map(|(cut, rows)| Step::Insert { cut, rows }),
        1 => (0..8_u64).prop_map(|cut| Step::Remove { cut }),
        1 => Just(Step::Seal),
        1 => Just(Step::Merge),
        1 => Just(Step::Compact),
        1 => Just(Step::Reopen),
        5 => (0..4_u8, 0..40_u32, 0..90_u32, prop::option::of(0..3_u64))
            .prop_map(|(family, flips, radius, niche)| Step::Search { family, flips, radius, niche }),
    ];
    prop::collection::vec(step, 1..30)
}

fn family(number: u8) -> Hash {
    Draw(u64::from(number)).hash()
}

struct World {
    folder: tempfile::TempDir,
    index: Option<Index>,
    all: All,
    /// Which cut an owner is.
    cuts: Vec<(Owner, u64)>,
    draw: Draw,
}

impl World {
    fn index(&self) -> &Index {
        self.index.as_ref().unwrap()
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Insert { cut, rows } => {
                let owner = self.index().register(&[label(cut)]).unwrap()[0];
                if !self.cuts.contains(&(owner, cut)) {
                    self.cuts.push((owner, cut));
                }
                let rows: Vec<(Hash, u32)> = rows
                    .into_iter()
                    .map(|(of, flips, position)| (self.draw.planted(&family(of), flips), position))
                    .collect();
                self.index().insert(owner, &rows).unwrap();
                self.all.0.extend(rows.iter().map(|(hash, position)| (owner, *hash, *position)));
            }
            Step::Remove { cut } => {
                let found = self.index().find(&label(cut).id);
                let removed = found.map_or(0, |owner| self.index().remove(&[owner]).unwrap());
                assert_eq!(removed, usize::from(found.is_some()));
                self.all.0.retain(|(owner, ..)| Some(*owner) != found);
            }
            Step::Seal => {
                let index = self.index();
                index.seal(&mut index.writer().unwrap()).unwrap();
            }
            Step::Merge => while self.index().merge_step().unwrap().is_some() {},
            Step::Compact => self.index().compact().unwrap(),
            Step::Reopen => {
                self.index = None;
                self.index = Some(Index::open(self.folder.path()).unwrap());
                assert_eq!(self.index().findings(), []);
            }
            Step::Search { family: of, flips, radius, niche } => {
                let needle = self.draw.planted(&family(of), flips);
                let filter = Filter::everything();
                let filter = match niche {
                    Some(niche) => filter.niche(label(niche).niche),
                    None => filter,
                };
                let is_in = |owner: Owner| {
                    let cut = self.cuts.iter().find(|(other, _)| *other == owner).unwrap().1;
                    niche.is_none_or(|niche| cut % 3 == niche)
                };
                let mut hits = Vec::new();
                self.index().near(&needle, radius, &filter, &mut hits).unwrap();
                assert_eq!(hits, self.all.near(&needle, radius, &is_in));
            }
        }
        assert_eq!(self.index().stats().hashes, self.all.0.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_index_answers_as_a_list_does(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        let index = Some(Index::open(folder.path()).unwrap());
        let mut world = World { folder, index, all: All::default(), cuts: Vec::new(), draw: Draw(9) };
        for step in steps {
            world.take(step);
        }
    }
}
