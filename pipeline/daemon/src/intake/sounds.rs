//! The music of the media library, for the trend desk: which of it may be used now, and how it did in own results.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use reelpress_config::Settings;
use reelpress_media::{MediaDesk, MediaError, MediaLibrary, Terms, Wish};
use reelpress_trends::Card;
use reelpress_trends::formats::Formats;
use reelpress_trends::kinds::LicensedSound;
use reelpress_vocabulary::MediaKind;

/// Most pieces of music that are handed on; of a larger library always the same ones.
const MOST: usize = 200;
/// What has not changed is given again after this long, so that it stays in the library of elements.
const GIVE_AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// The catalogue as it was seen last.
#[derive(Default)]
pub(super) struct Sounds {
    media: MediaDesk,
    catalogue: Vec<LicensedSound>,
    looked: Option<(Arc<Settings>, Timestamp)>,
    /// What the desk was given last, and when.
    given: Option<(Vec<(String, u64)>, Timestamp)>,
}

impl Sounds {
    /// The catalogue, with what own results taught when it was read or when results came.
    pub(super) fn catalogue(&self) -> &[LicensedSound] {
        &self.catalogue
    }

    /// Reads the catalogue again if the settings changed or an edition of sounds has passed. True if it is another now. A
    /// place that cannot be looked at is named in the log, and what was known before holds on.
    pub(super) async fn look(&mut self, formats: &Formats, settings: &Arc<Settings>, now: Timestamp) -> bool {
        let every = SignedDuration::try_from(settings.trends.report.every.sounds).unwrap_or(SignedDuration::MAX);
        let is_fresh = |(of, at): &(Arc<Settings>, Timestamp)| {
            Arc::ptr_eq(of, settings) && *at <= now && now.duration_since(*at) < every
        };
        if self.looked.as_ref().is_some_and(is_fresh) {
            return false;
        }
        self.looked = Some((settings.clone(), now));
        match self.read(settings, now).await {
            Ok(catalogue) => self.put(catalogue, formats),
            Err(error) => {
                tracing::warn!(%error, "the music of the media library is not looked at anew");
                false
            }
        }
    }

    /// Takes in what own results taught since.
    pub(super) fn learn(&mut self, formats: &Formats) {
        let catalogue = std::mem::take(&mut self.catalogue);
        self.put(catalogue, formats);
    }

    /// The sounds as elements for the report and the library, if they are news or were given long ago.
    pub(super) fn news(&mut self, now: Timestamp) -> Option<Vec<Card>> {
        let cards = LicensedSound::elements(&self.catalogue, now);
        let names = cards.iter().map(|card| (card.topic.id.clone(), card.topic.score.to_bits())).collect::<Vec<_>>();
        let is_known = match &self.given {
            Some((given, at)) => *given == names && (names.is_empty() || now.duration_since(*at).abs() < GIVE_AGAIN),
            None => names.is_empty(),
        };
        if is_known {
            return None;
        }
        self.given = Some((names, now));
        Some(cards)
    }

    async fn read(&self, settings: &Arc<Settings>, now: Timestamp) -> Result<Vec<LicensedSound>, MediaError> {
        let library = self.media.library(&settings.media)?;
        if !library.has_places() {
            return Ok(Vec::new());
        }
        library.look(now).await?;
        let settings = settings.clone();
        // It looks at every file that it takes.
        let read = tokio::task::spawn_blocking(move || music_of(&library, &settings.media.uses, now));
        read.await.unwrap_or_else(|broken| {
            tracing::warn!(%broken, "the music of the media library could not be read");
            Ok(Vec::new())
        })
    }

    fn put(&mut self, catalogue: Vec<LicensedSound>, formats: &Formats) -> bool {
        let catalogue = LicensedSound::with_results(catalogue, formats);
        let is_news = catalogue != self.catalogue;
        self.catalogue = catalogue;
        is_news
    }
}

/// The music that may be used now for all of `uses`, by name: plain values, so that trends need not know the library.
fn music_of(library: &MediaLibrary, uses: &[String], now: Timestamp) -> Result<Vec<LicensedSound>, MediaError> {
    let wishes = [Wish { kinds: &[MediaKind::Music], ..Wish::default() }; MOST];
    let (recent, damaged) = (BTreeMap::new(), BTreeSet::new());
    let today = now.to_zoned(TimeZone::UTC).date();
    let terms = Terms { seed: 0, today, uses, recent: &recent, damaged: &damaged };
    let sound = |choice: &reelpress_media::Choice| {
        let record = choice.record();
        LicensedSound {
            file: record.file.clone(),
            licence: record.licence.clone(),
            attribution: record.attribution.clone(),
            tags: record.tags.iter().chain(&record.moods).cloned().collect(),
            results: BTreeMap::new(),
        }
    };
    let mut music = library.pick(&wishes, &terms)?.iter().flatten().map(sound).collect::<Vec<_>>();
    // Two places may have one name: to own results they are one.
    music.sort_by(|a, b| a.file.cmp(&b.file));
    music.dedup_by(|later, first| later.file == first.file);
    Ok(music)
}

#[cfg(test)]
mod tests;
