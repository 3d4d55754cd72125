use proptest::prelude::*;

use super::*;
use crate::journal::Noted;

fn any_entry() -> impl Strategy<Value = Entry> {
    let stage = || prop::sample::select(vec!["script", "assemble", "deliver"]).prop_map(StageName::new);
    let reason = || Reason::new("word", "sentence");
    prop_oneof![
        Just(Entry::Created { origin: Origin::of(&["a"]), input: vec![1] }),
        stage().prop_map(|stage| Entry::Passed { stage, output: vec![2], reused: false }),
        stage().prop_map(|stage| Entry::Failed { stage, attempt: 1, kind: "k".into(), message: "m".into() }),
        stage().prop_map(move |stage| Entry::Held { stage, reason: reason() }),
        Just(Entry::Released { by: "ada".into(), note: String::new() }),
        stage().prop_map(move |stage| Entry::Rejected { stage, reason: reason() }),
        Just(Entry::Finished),
        Just(Entry::Noted(Noted::new("topic", &1))),
        any::<bool>().prop_map(|finished| Entry::Archived { origin: Origin::of(&["a"]), finished }),
    ]
}

proptest! {
    /// Whatever comes in whatever order: what ended stays ended, only a running item passes or finishes, only a held
    /// one is released, and a refused entry changes nothing.
    #[test]
    fn the_life_of_an_item_keeps_its_rules(entries in prop::collection::vec(any_entry(), 0..60)) {
        let mut status = ItemStatus::Running { after: None };
        for entry in entries {
            let before = status.clone();
            match before.clone().step(&entry) {
                Ok(after) => {
                    if before.has_ended() {
                        prop_assert!(after.has_ended(), "{before:?} came back by {entry:?}");
                    }
                    match (&entry, &before, &after) {
                        (Entry::Passed { stage, .. }, ItemStatus::Running { .. }, ItemStatus::Running { after }) =>
                            prop_assert_eq!(after.as_ref(), Some(stage)),
                        (Entry::Released { .. }, ItemStatus::Held { after: kept, .. }, ItemStatus::Running { after }) =>
                            prop_assert_eq!(kept, after, "goes on where it was held"),
                        (Entry::Finished, ItemStatus::Running { .. }, ItemStatus::Finished)
                        | (Entry::Held { .. }, ItemStatus::Running { .. }, ItemStatus::Held { .. })
                        | (Entry::Rejected { .. }, ItemStatus::Running { .. } | ItemStatus::Held { .. }, ItemStatus::Rejected { .. })
                        | (Entry::Archived { .. }, ItemStatus::Finished | ItemStatus::Rejected { .. }, ItemStatus::Archived { .. }) => {}
                        (Entry::Noted(_) | Entry::Failed { .. }, ..) => prop_assert_eq!(&before, &after),
                        odd => prop_assert!(false, "not a step of the diagram: {odd:?}"),
                    }
                    status = after;
                }
                Err(refused) => prop_assert_eq!(refused.status, before),
            }
        }
    }

    /// The ledger counts what has not ended, and knows every origin it ever saw.
    #[test]
    fn the_ledger_agrees_with_its_items(entries in prop::collection::vec((0_u64..5, any_entry()), 0..80)) {
        let mut ledger = Ledger::default();
        for (seq, (who, entry)) in entries.into_iter().enumerate() {
            let origin = Origin::of(&[&who.to_string()]);
            let mut entry = entry;
            if let Entry::Created { origin: of, .. } | Entry::Archived { origin: of, .. } = &mut entry {
                *of = origin;
            }
            let record = Record { seq: seq as u64, at_millis: seq as u64, item: ItemId::from_parts(who, 0), entry };
            drop(ledger.apply(&record));
            prop_assert_eq!(ledger.unfinished(), ledger.items().filter(|item| !item.status.has_ended()).count());
            prop_assert_eq!(ledger.running(), ledger.items().filter(|item| item.status.is_running()).count());
            for item in ledger.items() {
                prop_assert!(ledger.knows(&item.origin));
                prop_assert!(item.input.is_empty() == item.status.has_ended(), "bulk is kept exactly while it is needed");
            }
        }
    }
}
