use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reelpress_config::{Live, Settings};
use reelpress_core::testing::MemoryNotes;
use reelpress_core::{ItemId, Job, Release, Stage as _, StageName, Step, SystemClock};
use reelpress_vocabulary::{Brief, SensitiveClass, SensitiveMark, testing};

use crate::ScriptStage;

fn stage(settings: Settings) -> ScriptStage {
    ScriptStage::new(Live::new(settings), Arc::new(MemoryNotes::default()), Arc::new(SystemClock))
}

fn delicate() -> Brief {
    let mut brief = testing::brief(testing::topic("Two dead after bridge falls"), "one");
    brief.niche = reelpress_vocabulary::NicheId::parse("general").unwrap();
    let words = vec!["dead".to_owned(), "falls".to_owned()];
    brief.dossier.sensitive = vec![SensitiveMark { class: SensitiveClass::Tragedies, words }];
    brief
}

fn job(releases: &[&str]) -> Job {
    let release = |kind: &&str| Release {
        stage: StageName::new("script"),
        kind: (*kind).to_owned(),
        by: "ada".to_owned(),
        note: String::new(),
    };
    Job { releases: releases.iter().map(release).collect(), ..Job::detached(ItemId::from_parts(1, 2)) }
}

/// Settings whose writer is an endpoint that counts its calls.
async fn counting() -> (Settings, Arc<AtomicUsize>, reelpress_endpoint::testing::Sandbox) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let sandbox = reelpress_endpoint::testing::Sandbox::start(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        reelpress_endpoint::testing::Answer::text(500, "not now")
    })
    .await;
    let text = format!(
        "[script]\nwriters = [\"cloud\"]\n[script.providers.cloud]\nbase_url = \"{}\"\nmodel = \"m\"",
        sandbox.base_url()
    );
    let settings =
        Settings::parse("reelpress.toml", std::path::Path::new(""), &text, &reelpress_config::ProcessEnvironment);
    (settings.unwrap(), calls, sandbox)
}

#[tokio::test]
async fn nothing_is_spent_on_a_delicate_topic_before_a_person_released_it() {
    let (settings, calls, _sandbox) = counting().await;
    let stage = stage(settings.clone());
    let settings = Arc::new(settings);
    for releases in [&[][..], &["too_many_calls"], &["unavailable", "refused"]] {
        let Ok(Step::Hold(reason)) = stage.process(&settings, &job(releases), &delicate()).await else {
            panic!("{releases:?}: it must wait")
        };
        assert_eq!(reason.kind, "sensitive_topic");
        insta::allow_duplicates! {
            insta::assert_snapshot!(reason.message, @"a person must decide on `Two dead after bridge falls`: it is about tragedies (`dead`, `falls`) (`reelpress items release 00000000010000000000000002 --by NAME` lets it go on)");
        }
    }
    assert_eq!(calls.load(Ordering::SeqCst), 0, "nobody was asked to write");
    assert!(
        stage.process(&settings, &job(&["sensitive_topic"]), &delicate()).await.is_err(),
        "the endpoint answers 500"
    );
    assert_eq!(calls.load(Ordering::SeqCst), 1, "after the release it is written");
}

#[test]
fn a_script_of_a_topic_without_marks_is_not_handed_to_the_same_topic_with_marks() {
    let stage = stage(Settings::default());
    let settings = Arc::new(Settings::default());
    let mut clean = delicate();
    clean.dossier.sensitive.clear();
    assert_ne!(stage.memo(&settings, &clean), stage.memo(&settings, &delicate()), "a kept script would skip the hold");
}
