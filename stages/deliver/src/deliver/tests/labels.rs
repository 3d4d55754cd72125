//! Invariant 5 for labels and disclosures: whoever gains is told in caption, picture and switches, or nothing goes out.

use reelpress_vocabulary::{
    Area, Commercial, Connection, Declared, Disclosure, LicenceTerms, MediaFile, Overlay, OverlayKind, Picture,
    PlatformName, Span, ai_notice, testing::media_file,
};

use super::*;
use crate::post_file::PostFile;

fn advertising(kind: Commercial, language: &str, platforms: &[PlatformName]) -> Scheduled {
    let mut input = scheduled("t");
    let assembled = &mut input.approved.screened.assembled;
    let scripted = &mut assembled.voiced.scripted;
    scripted.brief.language = language.to_owned();
    scripted.brief.declared = Declared {
        commercial: Some(Connection { kind, brand: "Acme".to_owned(), disclosure: String::new() }),
        platforms: platforms.to_vec(),
        made_for_kids: Some(false),
        ..Declared::default()
    };
    if let Some(told) = Disclosure::of(&scripted.brief.declared, language) {
        scripted.script = scripted.script.clone().disclosed(&told);
        assembled.cut.overlays.push(Overlay {
            kind: OverlayKind::Disclosure,
            span: Span { start_ms: 0, end_ms: assembled.cut.duration_ms },
            area: Area { left: 0.06, top: 0.12, right: 0.5, bottom: 0.161 },
            text: told.shown,
            size_px: 40.0,
            colours: vec![[17, 17, 17]],
        });
    }
    input
}

async fn delivered(input: &Scheduled) -> Result<PostFile, String> {
    let press = Press::new().await;
    match press.deliver(input).await.unwrap() {
        Step::Next(post) => {
            let bytes = press.files()[&format!("{}/post.json", post.handle)].clone();
            let post: PostFile = serde_json::from_slice(&bytes).unwrap();
            assert!(post.labels.say_ai(), "no post without the AI label");
            Ok(post)
        }
        Step::Hold(reason) => {
            assert!(press.files().is_empty());
            Err(reason.message.clone())
        }
        other @ (Step::Later(_) | Step::Reject(_)) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn whoever_gains_is_told_first_in_every_caption_whatever_the_kind_platform_or_language() {
    for kind in Commercial::ALL {
        for (_, platform) in PlatformName::WORDS {
            for (language, word) in [("en", "Ad"), ("de", "Anzeige"), ("es", "Publicidad"), ("fr", "Publicité")] {
                let post = delivered(&advertising(kind, language, &[platform])).await.unwrap();
                let name = format!("{kind:?} {platform:?} {language}");
                let front = format!("{word} · Acme: ");
                let is_told = kind != Commercial::None;
                assert_eq!((post.platforms.len(), post.switches.len()), (1, 1), "{name}");
                for text in post.platforms.values() {
                    assert_eq!(text.text.starts_with(&front), is_told, "{name}: {}", text.text);
                    assert!(text.text.contains(ai_notice(language)), "{name}");
                }
                assert_eq!(post.caption.starts_with(&front), is_told, "{name}");
                assert_eq!(post.labels.platforms.tiktok.brand_content_toggle, kind.is_for_others(), "{name}");
                assert_eq!(post.labels.platforms.tiktok.brand_organic_toggle, kind == Commercial::OwnBrand, "{name}");
                assert_eq!(post.labels.commercial, Some(kind));
            }
        }
    }
}

/// What one step took away.
type Spoil = fn(&mut Scheduled);

#[tokio::test]
async fn nothing_goes_out_whose_advertising_is_not_told() {
    let cut = |input: &mut Scheduled| input.approved.screened.assembled.cut.overlays.clear();
    let late = |input: &mut Scheduled| input.approved.screened.assembled.cut.overlays[0].span.start_ms = 5_000;
    let small = |input: &mut Scheduled| input.approved.screened.assembled.cut.overlays[0].area.bottom = 0.13;
    let caption = |input: &mut Scheduled| {
        let plain = scheduled("t").approved.screened.assembled.voiced.scripted.script;
        input.approved.screened.assembled.voiced.scripted.script = plain;
    };
    let private =
        |input: &mut Scheduled| input.approved.screened.assembled.voiced.scripted.brief.declared.private = Some(true);
    let spoils: [(&str, Spoil); 5] = [
        ("does not show", cut),
        ("does not show", late),
        ("does not show", small),
        ("does not begin with", caption),
        ("visible to its owner alone", private),
    ];
    for (what, spoil) in spoils {
        let mut input = advertising(Commercial::Gift, "en", &[PlatformName::Tiktok]);
        assert!(delivered(&input).await.is_ok());
        spoil(&mut input);
        // A person's approval does not make it good.
        input.approved.approval.by = Some("Ada".to_owned());
        let why = delivered(&input).await.unwrap_err();
        assert!(why.contains(what), "{why}");
    }
}

#[tokio::test]
async fn a_licence_that_ends_before_the_slot_keeps_the_post_back() {
    let with = |expires: Option<&str>| {
        let mut input = scheduled("t");
        let terms = LicenceTerms { expires: expires.map(str::to_owned), ..LicenceTerms::default() };
        let file = MediaFile { terms: Some(terms), ..media_file("a.png", "00ff") };
        input.approved.screened.assembled.cut.provenance.pictures[0] = Picture::File(file);
        input
    };
    assert!(delivered(&with(None)).await.is_ok());
    assert!(delivered(&with(Some("2026-11-21"))).await.is_ok(), "its last day");
    let why = delivered(&with(Some("2026-11-20"))).await.unwrap_err();
    assert!(why.contains("a.png ran out on 2026-11-20, before the slot on 2026-11-21"), "{why}");
}
