//! What was declared and what is on record of the cut reach the rules, and what nobody knows is told as such.

use std::sync::LazyLock;

use reelpress_config::{Account, Name, Settings};
use reelpress_policy::{Fact, FactValue, Judgement, Policies, Subject};
use reelpress_vocabulary::testing::media_file;
use reelpress_vocabulary::{
    Area, Assembled, Commercial, Connection, Declared, Disclosure, LicenceTerms, MediaFile, MediaKind, Overlay,
    OverlayKind, Picture, Platform, PlatformName, Span,
};

use super::{assembled, draft};
use crate::policy;

static BUILT_IN: LazyLock<Policies> = LazyLock::new(Policies::built_in);

/// 22 November 2026, the day the item was ordered.
const ORDERED_MS: u64 = 1_795_305_600_000;

fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.accounts.insert(Name::parse("main").unwrap(), Account { posts_per_day: 4, ..Account::default() });
    settings
}

fn subject(cut: &Assembled) -> Subject {
    let item = reelpress_core::ItemId::from_parts(ORDERED_MS, 1);
    policy::subject(&settings(), cut, Vec::new(), item)
}

fn judged(cut: &Assembled) -> Judgement {
    BUILT_IN.judge(&subject(cut))
}

fn rules(cut: &Assembled) -> Vec<String> {
    judged(cut).findings.iter().map(|finding| format!("{}/{}", finding.pack, finding.rule)).collect()
}

fn unchecked(cut: &Assembled) -> Vec<String> {
    judged(cut).unchecked.iter().map(|one| format!("{}/{}", one.pack, one.rule)).collect()
}

fn overlay(text: &str, cut: &Assembled) -> Overlay {
    Overlay {
        kind: OverlayKind::Disclosure,
        span: Span { start_ms: 0, end_ms: cut.cut.duration_ms },
        area: Area { left: 0.06, top: 0.115, right: 0.5, bottom: 0.156 },
        text: text.to_owned(),
        size_px: 50.0,
        colours: vec![[17, 17, 17]],
    }
}

/// A cut as the line makes it: what advertises says so everywhere.
fn cut(declared: Declared) -> Assembled {
    let mut cut = assembled(&draft(), "main", b"film");
    cut.cut.overlays = vec![overlay("AI-generated", &cut)];
    if let Some(told) = Disclosure::of(&declared, "en") {
        cut.voiced.scripted.script = cut.voiced.scripted.script.clone().disclosed(&told);
        let shown = overlay(&told.shown, &cut);
        cut.cut.overlays.push(shown);
    }
    cut.voiced.scripted.brief.declared = declared;
    cut
}

fn declared(kind: Commercial) -> Declared {
    Declared {
        commercial: Some(Connection { kind, brand: "Acme".to_owned(), disclosure: String::new() }),
        made_for_kids: Some(false),
        topic_flags: Some(Vec::new()),
        regions: vec!["de".to_owned()],
        private: Some(false),
        ..Declared::default()
    }
}

#[test]
fn with_everything_declared_hardly_anything_is_left_unchecked() {
    assert_eq!(unchecked(&cut(declared(Commercial::None))), ["eu-ai-act-art-50/marking"], "until the file is signed");
    let undeclared = unchecked(&cut(Declared::default()));
    insta::assert_snapshot!(undeclared.join(" "), @"eu-ai-act-art-50/marking ftc-disclosure/missing ftc-disclosure/not-in-video instagram/partnership tiktok/commercial-label tiktok/commercial-private youtube/made-for-kids youtube/paid-promotion");
}

#[test]
fn what_is_known_is_on_record_and_nothing_else() {
    let facts = |cut: &Assembled| subject(cut).facts;
    let drawn = facts(&cut(Declared::default()));
    for (fact, value) in [(Fact::Realistic, false), (Fact::RealPerson, false), (Fact::AiNoticeShown, true)] {
        assert_eq!(drawn.get(fact), Some(&FactValue::Flag(value)), "{fact:?}");
    }
    for fact in [Fact::Commercial, Fact::DisclosureShown, Fact::CommercialLabel, Fact::MadeForKids, Fact::Private] {
        assert_eq!(drawn.get(fact), None, "{fact:?}: nobody said");
    }
    let mut stock = cut(Declared::default());
    stock.cut.provenance.pictures[0] = Picture::File(media_file("a.png", "00"));
    assert_eq!(facts(&stock).get(Fact::Realistic), Some(&FactValue::Flag(true)), "the stricter reading");
    assert_eq!(facts(&stock).get(Fact::RealPerson), None, "nobody looked at it");
    let mut old = cut(Declared::default());
    old.cut.overlays.clear();
    assert_eq!(facts(&old).get(Fact::AiNoticeShown), None, "cuts of earlier versions do not say");
    let told = subject(&cut(declared(Commercial::Gift)));
    assert_eq!(told.facts.get(Fact::DisclosureShown), Some(&FactValue::Flag(true)));
    assert_eq!((told.today.as_deref(), told.regions.as_slice()), (Some("2026-11-22"), &["de".to_owned()][..]));
    assert!(told.platforms.is_empty() && told.posts.len() == 3, "nobody said where it goes");
}

#[test]
fn a_real_person_without_consent_is_rejected_and_with_it_is_not() {
    let with = |consent: &str| {
        let declared = Declared { real_person: Some(true), consent: consent.to_owned(), ..declared(Commercial::None) };
        rules(&cut(declared))
    };
    assert!(with("").contains(&"tiktok/likeness".to_owned()));
    assert!(!with("release form 12").contains(&"tiktok/likeness".to_owned()));
}

#[test]
fn whoever_gains_is_told_or_rejected() {
    for kind in Commercial::ALL {
        let found = rules(&cut(declared(kind)));
        assert!(!found.iter().any(|rule| rule.starts_with("ftc")), "{kind:?}: {found:?}");
        // A person sets what no field can, so a person looks.
        let needs_a_look = found.contains(&"youtube/paid-promotion".to_owned());
        assert_eq!(needs_a_look, kind.is_for_others(), "{kind:?}: {found:?}");
        let mut silent = cut(declared(kind));
        silent.cut.overlays.pop();
        let shown = !rules(&silent).contains(&"ftc-disclosure/not-in-video".to_owned());
        assert_eq!(shown, kind == Commercial::None, "{kind:?}");
    }
}

#[test]
fn branded_and_private_do_not_go_together_on_tiktok_alone() {
    let with = |platforms: &[PlatformName]| {
        let declared =
            Declared { private: Some(true), platforms: platforms.to_vec(), ..declared(Commercial::PaidPartnership) };
        rules(&cut(declared)).contains(&"tiktok/commercial-private".to_owned())
    };
    assert!(with(&[]) && with(&[PlatformName::Tiktok]));
    assert!(!with(&[PlatformName::InstagramReels]));
}

#[test]
fn music_must_be_licensed_for_the_use_the_platform_the_place_and_the_day() {
    let with = |kind: Commercial, platforms: &[PlatformName], terms: LicenceTerms| {
        let mut cut = cut(Declared { platforms: platforms.to_vec(), ..declared(kind) });
        let (licence, terms) = ("bought".to_owned(), Some(terms));
        let song = MediaFile { kind: MediaKind::Music, licence, terms, ..media_file("song.ogg", "11") };
        cut.cut.provenance.others = vec![song];
        let found = rules(&cut).into_iter().filter(|rule| rule.starts_with("music"));
        found.collect::<Vec<_>>().join(" ")
    };
    let good = || LicenceTerms {
        uses: vec!["commercial".to_owned()],
        expires: Some("2026-11-22".to_owned()),
        territories: Some(vec!["de".to_owned()]),
        platforms: Some(vec![Platform::Tiktok]),
    };
    let tiktok = &[PlatformName::Tiktok][..];
    assert_eq!(with(Commercial::Gift, tiktok, good()), "");
    let editorial = || LicenceTerms { uses: vec!["editorial".to_owned()], ..good() };
    assert_eq!(with(Commercial::Gift, tiktok, editorial()), "music-licence/commercial");
    assert_eq!(with(Commercial::None, tiktok, editorial()), "");
    assert_eq!(with(Commercial::Gift, &[PlatformName::InstagramReels], good()), "music-licence/platform");
    let away = LicenceTerms { territories: Some(vec!["us".to_owned()]), ..good() };
    assert_eq!(with(Commercial::Gift, tiktok, away), "music-licence/territory");
    let over = LicenceTerms { expires: Some("2026-11-21".to_owned()), ..good() };
    assert_eq!(with(Commercial::Gift, tiktok, over), "music-licence/expired");
}

#[test]
fn a_post_in_any_language_says_in_it_that_a_machine_made_it() {
    let languages =
        ["en", "ar", "de", "es", "fr", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "uk", "vi", "zh"];
    for language in languages {
        for kind in [Commercial::None, Commercial::Affiliate] {
            let mut cut = assembled(&draft(), "main", b"film");
            let told = declared(kind);
            if let Some(words) = Disclosure::of(&told, language) {
                cut.voiced.scripted.script = cut.voiced.scripted.script.clone().disclosed(&words);
            }
            cut.voiced.scripted.brief.declared = told;
            language.clone_into(&mut cut.voiced.scripted.brief.language);
            let found = rules(&cut);
            for rule in ["eu-ai-act-art-50/notice", "ftc-disclosure/missing", "ftc-disclosure/buried"] {
                assert!(!found.contains(&rule.to_owned()), "{language} {kind:?}: {found:?}");
            }
        }
    }
}
