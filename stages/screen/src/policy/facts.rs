//! What is on record of a cut, as the rules ask for it: from how it was made, from what was declared, and from nothing
//! else.
//!
//! What nobody recorded is left out, and rules tell that they were not checked. Where the stricter reading is safe to take
//! (it asks for a label that is on anyway, or for a person's look), it is taken, and [`presumed`] names it.

use reelpress_config::{Declared, Settings};
use reelpress_policy::{Fact, FactValue, Facts, Medium};
use reelpress_vocabulary::{
    Assembled, Disclosure, LabelFacts, MediaFile, MediaKind, OverlayKind, Picture, Platform, Way, ai_notice_shown,
    labels,
};

/// An account that may post no more than this in a day does not mass-produce, whatever the day.
const QUIET_DAY_MAX: u32 = 10;

/// All that is known.
pub(crate) fn of(settings: &Settings, assembled: &Assembled) -> Facts {
    let mut facts = made(settings, assembled);
    let declared = &assembled.voiced.scripted.brief.declared;
    facts = likeness(facts, assembled, declared);
    facts = commercial(facts, assembled, declared);
    for (fact, value) in values(settings, assembled) {
        put(&mut facts, fact, value);
    }
    facts
}

/// What was taken the stricter way because nobody declared it; empty for a cut that is all drawn.
pub(crate) fn presumed(assembled: &Assembled) -> Vec<&'static str> {
    let brief = &assembled.voiced.scripted.brief;
    let mut presumed = Vec::new();
    if is_drawn(assembled) {
        return presumed;
    }
    let is_stock = assembled.cut.provenance.pictures.iter().any(|picture| matches!(picture, Picture::File(_)));
    if is_stock {
        presumed.push("its pictures could be taken for recordings of something real");
    }
    if brief.declared.artistic.is_none() {
        presumed.push("it is no art, satire or fiction");
    }
    if brief.declared.topic_flags.is_none() && brief.dossier.sensitive.is_empty() {
        presumed.push("it is about a matter of public interest");
    }
    presumed
}

/// How it was made.
fn made(settings: &Settings, assembled: &Assembled) -> Facts {
    let (scripted, provenance) = (&assembled.voiced.scripted, &assembled.cut.provenance);
    let told = Disclosure::of(&scripted.brief.declared, &scripted.brief.language);
    let is_known = !provenance.voice.trim().is_empty() && provenance.pictures.len() == scripted.script.beats().len();
    let brand = settings.niches.get(scripted.brief.niche.name()).and_then(|niche| niche.brand.logo.as_ref());
    let has_mark = brand.is_some()
        || provenance.files().any(|file| file.kind == MediaKind::Logo)
        || assembled.cut.overlays.iter().any(|overlay| overlay.kind == OverlayKind::Brand);
    // The voice always is a machine's, and what a machine made is labelled: delivery has no switch for that.
    let mut facts = Facts::default()
        .with(Fact::AiMade, true)
        .with(Fact::AiLabel, true)
        .with(Fact::HasMusic, music(assembled).is_some())
        .with(Fact::Sourced, !scripted.script.draft().sources.is_empty())
        .with(Fact::ProvenanceKnown, is_known)
        .with(Fact::BrandOverlay, has_mark)
        // Screening comes before people.
        .with(Fact::Reviewed, false);
    // A cut that is not signed though it should be, or whose credentials do not hold, is told by `label.credentials`.
    let is_signed = assembled.cut.unsigned.is_some();
    if is_signed || !settings.provenance.enabled {
        facts = facts.with(Fact::ContentCredentials, is_signed);
    }
    // Cuts of earlier versions do not record what was put over their pictures.
    if assembled.cut.overlays.is_empty() {
        return facts;
    }
    facts.with(Fact::AiNoticeShown, ai_notice_shown(&assembled.cut, told.as_ref()))
}

/// What its pictures show, and what it is about.
fn likeness(mut facts: Facts, assembled: &Assembled, declared: &Declared) -> Facts {
    let drawn = is_drawn(assembled);
    // A drawing is nobody and nowhere; what somebody declared about it still counts.
    let person = declared.real_person.or(drawn.then_some(false));
    let event = declared.real_event.or(drawn.then_some(false));
    facts = facts.with(Fact::Realistic, !drawn).with(Fact::Artistic, declared.artistic.unwrap_or(false));
    if let Some(person) = person {
        facts = facts.with(Fact::RealPerson, person).with(Fact::Consent, !declared.consent.trim().is_empty());
    }
    if let Some(event) = event {
        facts = facts.with(Fact::RealEvent, event);
    }
    let brief = &assembled.voiced.scripted.brief;
    let is_delicate = !brief.dossier.sensitive.is_empty();
    let public = is_delicate || declared.topic_flags.as_ref().is_none_or(|flags| !flags.is_empty());
    facts.with(Fact::PublicInterest, public)
}

/// Who gains, and where that is told.
fn commercial(mut facts: Facts, assembled: &Assembled, declared: &Declared) -> Facts {
    let Some(kind) = declared.kind() else { return facts };
    put(&mut facts, Fact::Commercial, FactValue::from(kind.as_str()));
    let told = Disclosure::of(declared, &assembled.voiced.scripted.brief.language);
    let shown = told.as_ref().is_some_and(|told| told.is_shown_in(&assembled.cut));
    // A person posts it: no field is sent, so a switch that a person must set is not known to be on.
    let needs_nobody = |platform: Platform| {
        let facts = |commercial| LabelFacts {
            platform,
            way: Way::ByPerson,
            commercial,
            through_facebook: declared.facebook_login,
            made_for_kids: declared.made_for_kids,
        };
        let plain = labels(&facts(reelpress_vocabulary::Commercial::None)).by_hand.len();
        labels(&facts(kind)).by_hand.len() == plain
    };
    facts
        .with(Fact::DisclosureShown, shown)
        .with(Fact::CommercialLabel, Platform::of(declared).into_iter().all(needs_nobody))
}

fn values(settings: &Settings, assembled: &Assembled) -> Vec<(Fact, FactValue)> {
    let brief = &assembled.voiced.scripted.brief;
    let mut values = vec![
        (Fact::DurationS, FactValue::Number(assembled.cut.duration_ms as f64 / 1_000.0)),
        (Fact::Mode, FactValue::from(if settings.devices.enabled { "device" } else { "outbox" })),
    ];
    values.extend(music(assembled).map(|origin| (Fact::MusicOrigin, FactValue::from(origin))));
    // The most that its plan allows. That a day may be busy does not make it one: only the schedule knows its slot.
    let most = settings.accounts.get(brief.account.name()).map(|account| account.posts_per_day);
    let quiet = most.filter(|most| *most <= QUIET_DAY_MAX);
    values.extend(quiet.map(|most| (Fact::PostsToday, FactValue::Number(f64::from(most)))));
    // Only that somebody said it counts; what they said is a switch of the post.
    values.extend(brief.declared.made_for_kids.map(|_| (Fact::MadeForKids, FactValue::Flag(true))));
    values.extend(brief.declared.private.map(|private| (Fact::Private, FactValue::Flag(private))));
    values
}

/// Where the music is from; `None` without any.
fn music(assembled: &Assembled) -> Option<&'static str> {
    let provenance = &assembled.cut.provenance;
    if provenance.files().any(|file| file.kind == MediaKind::Music) {
        return Some("licensed");
    }
    provenance.music.is_some().then_some("own")
}

fn is_drawn(assembled: &Assembled) -> bool {
    assembled.cut.provenance.pictures.iter().all(|picture| matches!(picture, Picture::Drawn))
}

fn put(facts: &mut Facts, fact: Fact, value: FactValue) {
    if let Err(error) = facts.set(fact, value) {
        tracing::warn!(%error, "a fact could not be recorded; rules that ask for it are told as not checked");
    }
}

/// A file of the library, with what its record says of the licence.
pub(crate) fn medium(file: &MediaFile) -> Medium {
    let terms = file.terms.as_ref();
    Medium {
        kind: file.kind,
        name: file.file.clone(),
        licence: Some(file.licence.clone()),
        attribution: Some(file.attribution.clone()),
        source: Some(file.source.clone()),
        uses: terms.map(|terms| terms.uses.clone()),
        // Empty: it does not run out.
        expires: terms.map(|terms| terms.expires.clone().unwrap_or_default()),
        territories: terms.and_then(|terms| terms.territories.clone()),
        platforms: terms.and_then(|terms| terms.platforms.clone()),
    }
}
