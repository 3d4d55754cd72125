//! What each platform takes, as data: `config/policies/specs.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::finding::{Finding, Rule, Weight};
use crate::scan::over;

/// What a finished file is.
#[derive(Debug, Clone, PartialEq)]
pub struct FileSpec {
    /// `mp4`, `mov` or `webm`.
    pub container: String,
    /// `h264`, `hevc`, ...
    pub video_codec: String,
    /// H.264 profile, such as `High`; empty if it is not known.
    pub profile: String,
    /// Pixel format by libav's name, such as `yuv420p`; empty if it is not known.
    pub pixel_format: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames a second; 0 or not a number if they do not last equally long.
    pub fps: f64,
    /// Milliseconds.
    pub duration_ms: u64,
    /// File size in bytes.
    pub bytes: u64,
    /// True if the index comes before the media.
    pub faststart: bool,
    /// `aac`, ...; empty without sound.
    pub audio_codec: String,
    /// Samples a second.
    pub audio_rate: u32,
    /// Channels.
    pub audio_channels: u32,
}

/// What one platform takes. A limit that is left out is none of the platform's.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlatformSpec {
    /// Where the limits are written.
    pub source: String,
    /// Containers by the words of [`FileSpec::container`].
    pub containers: Vec<String>,
    /// Video codecs.
    pub video_codecs: Vec<String>,
    /// Audio codecs; empty if any will do.
    #[serde(default)]
    pub audio_codecs: Vec<String>,
    /// Pixel formats; empty if any will do.
    #[serde(default)]
    pub pixel_formats: Vec<String>,
    /// Frames a second, from and to.
    pub fps: Option<[f64; 2]>,
    /// Pixels of either side, from and to.
    pub side: Option<[u32; 2]>,
    /// Pixels across, at most.
    pub width_max: Option<u32>,
    /// Width by height, from and to.
    pub aspect: Option<[f64; 2]>,
    /// Length in seconds, from and to.
    pub seconds: Option<[f64; 2]>,
    /// File size in bytes, at most.
    pub bytes_max: Option<u64>,
    /// Whole file, in bits a second, at most.
    pub bitrate_max: Option<u64>,
    /// True if the index must come first.
    #[serde(default)]
    pub faststart: bool,
    /// Sound, in samples a second, at most.
    pub audio_rate_max: Option<u32>,
    /// Sound channels, at most.
    pub audio_channels_max: Option<u32>,
}

/// What every platform takes, by the platform's word in posts.
#[derive(Debug, Clone, PartialEq)]
pub struct PlatformSpecs(BTreeMap<String, PlatformSpec>);

/// Why a table of specs cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SpecsError {
    /// It is not of the right shape.
    #[error("the table of platform specs is wrong")]
    Shape(#[source] toml::de::Error),
    /// A range is upside down or no range.
    #[error("`{platform}.{key}` is from {from} to {to} (the smaller one comes first)")]
    Range {
        /// Which platform.
        platform: String,
        /// Which limit.
        key: &'static str,
        /// As written.
        from: f64,
        /// As written.
        to: f64,
    },
}

impl PlatformSpecs {
    /// The table that comes with the program.
    ///
    /// # Panics
    /// Never: a test reads it.
    #[must_use]
    pub fn built_in() -> Self {
        Self::parse(include_str!("../../../config/policies/specs.toml"))
            .expect("the table in the tree is read by a test")
    }

    /// Reads a table.
    ///
    /// # Errors
    /// [`SpecsError`].
    pub fn parse(text: &str) -> Result<Self, SpecsError> {
        let specs: BTreeMap<String, PlatformSpec> = toml::from_str(text).map_err(SpecsError::Shape)?;
        for (platform, spec) in &specs {
            let side = spec.side.map(|side| side.map(f64::from));
            for (key, range) in [("fps", spec.fps), ("side", side), ("aspect", spec.aspect), ("seconds", spec.seconds)]
            {
                if let Some([from, to]) = range
                    && !(from <= to && from >= 0.0 && to.is_finite())
                {
                    return Err(SpecsError::Range { platform: platform.clone(), key, from, to });
                }
            }
        }
        Ok(Self(specs))
    }

    /// The platforms it has limits for.
    pub fn platforms(&self) -> impl Iterator<Item = (&str, &PlatformSpec)> {
        self.0.iter().map(|(platform, spec)| (platform.as_str(), spec))
    }

    /// In what way these platforms would not take the file. A platform that is not in the table has no limits.
    #[must_use]
    pub fn judge(&self, file: &FileSpec, platforms: &[&str]) -> Vec<Finding> {
        let wanted = self.platforms().filter(|(platform, _)| platforms.contains(platform));
        wanted.flat_map(|(platform, spec)| spec.faults(platform, file)).collect()
    }
}

impl PlatformSpec {
    fn faults(&self, platform: &str, file: &FileSpec) -> Vec<Finding> {
        let mut faults = Faults { platform, found: Vec::new() };
        faults.one_of("container", &file.container, &self.containers);
        faults.one_of("picture coded as", &file.video_codec, &self.video_codecs);
        faults.one_of("sound coded as", &file.audio_codec, &self.audio_codecs);
        if !file.pixel_format.is_empty() {
            faults.one_of("pixel format", &file.pixel_format, &self.pixel_formats);
        }
        faults.within("rate", file.fps, self.fps, "frames a second");
        let (width, height) = (f64::from(file.width), f64::from(file.height));
        let side = self.side.map(|side| side.map(f64::from));
        faults.within("width", width, side, "pixels");
        faults.within("height", height, side, "pixels");
        faults.at_most("width", width, self.width_max.map(f64::from), "pixels");
        faults.within("aspect", width / height.max(1.0), self.aspect, "to 1");
        let seconds = file.duration_ms as f64 / 1_000.0;
        faults.within("length", seconds, self.seconds, "s");
        faults.at_most("size", file.bytes as f64, self.bytes_max.map(|limit| limit as f64), "bytes");
        let bitrate = file.bytes as f64 * 8.0 / seconds.max(0.001);
        faults.at_most("bit rate", bitrate, self.bitrate_max.map(|limit| limit as f64), "bits a second");
        faults.at_most("sound", f64::from(file.audio_rate), self.audio_rate_max.map(f64::from), "samples a second");
        faults.at_most("sound", f64::from(file.audio_channels), self.audio_channels_max.map(f64::from), "channels");
        if self.faststart && !file.faststart {
            faults.add("index behind the media", 1.0, 0.0, "indexes behind the media");
        }
        faults.found
    }
}

struct Faults<'a> {
    platform: &'a str,
    found: Vec<Finding>,
}

impl Faults<'_> {
    fn add(&mut self, what: &str, measured: f64, limit: f64, unit: &'static str) {
        let finding = over(Rule::Spec, Weight::Block, (0.0, 0.0), measured, limit, unit);
        self.found.push(Finding { about: format!("{}: {what}", self.platform), ..finding });
    }

    fn one_of(&mut self, what: &str, found: &str, allowed: &[String]) {
        if !allowed.is_empty() && !allowed.iter().any(|one| one.eq_ignore_ascii_case(found)) {
            let found: String = found.chars().filter(|c| !c.is_control()).take(40).collect();
            self.add(&format!("{what} `{found}`, not {}", allowed.join(" or ")), 1.0, 0.0, "things not taken");
        }
    }

    /// Written so that a measure that is not a number is a fault.
    fn within(&mut self, what: &str, measured: f64, range: Option<[f64; 2]>, unit: &'static str) {
        let Some([from, to]) = range else { return };
        if measured.is_nan() || measured < from {
            self.add(&format!("{what} too small"), measured, from, unit);
        } else if measured > to {
            self.add(&format!("{what} too large"), measured, to, unit);
        }
    }

    fn at_most(&mut self, what: &str, measured: f64, limit: Option<f64>, unit: &'static str) {
        if let Some(limit) = limit.filter(|limit| measured > *limit) {
            self.add(&format!("{what} too large"), measured, limit, unit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FileSpec, Finding, PlatformSpecs};

    fn good() -> FileSpec {
        FileSpec {
            container: "mp4".to_owned(),
            video_codec: "h264".to_owned(),
            profile: "High".to_owned(),
            pixel_format: "yuv420p".to_owned(),
            width: 1080,
            height: 1920,
            fps: 30.0,
            duration_ms: 30_000,
            bytes: 12_000_000,
            faststart: true,
            audio_codec: "aac".to_owned(),
            audio_rate: 48_000,
            audio_channels: 2,
        }
    }

    fn told(change: impl FnOnce(&mut FileSpec)) -> String {
        let mut file = good();
        change(&mut file);
        let specs = PlatformSpecs::built_in();
        let all: Vec<&str> = specs.platforms().map(|(platform, _)| platform).collect();
        let found = specs.judge(&file, &all);
        found.iter().map(Finding::message).collect::<Vec<String>>().join("\n")
    }

    #[test]
    fn what_the_press_makes_is_taken_everywhere() {
        assert_eq!(told(|_| {}), "");
        let specs = PlatformSpecs::built_in();
        let names: Vec<&str> = specs.platforms().map(|(platform, _)| platform).collect();
        assert_eq!(names, ["instagram-reels", "tiktok", "youtube-shorts"]);
        assert!(specs.platforms().all(|(_, spec)| spec.source.starts_with("https://")));
    }

    #[test]
    fn each_limit_is_told_with_platform_value_and_limit() {
        insta::assert_snapshot!(told(|file| file.fps = 15.0), @"
        instagram-reels: rate too small: 15 frames a second (limit 23)
        tiktok: rate too small: 15 frames a second (limit 23)
        ");
        insta::assert_snapshot!(told(|file| file.duration_ms = 200_000), @"youtube-shorts: length too large: 200 s (limit 180)");
        insta::assert_snapshot!(told(|file| file.duration_ms = 2_000), @"
        instagram-reels: length too small: 2 s (limit 3)
        instagram-reels: bit rate too large: 48000000 bits a second (limit 25000000)
        ");
        insta::assert_snapshot!(told(|file| file.faststart = false), @"instagram-reels: index behind the media: 1 indexes behind the media (limit 0)");
        insta::assert_snapshot!(told(|file| file.width = 4_320), @"
        instagram-reels: width too large: 4320 pixels (limit 1920)
        tiktok: width too large: 4320 pixels (limit 4096)
        youtube-shorts: aspect too large: 2.25 to 1 (limit 1)
        ");
        insta::assert_snapshot!(told(|file| file.audio_rate = 96_000), @"instagram-reels: sound too large: 96000 samples a second (limit 48000)");
        insta::assert_snapshot!(told(|file| file.bytes = 400_000_000), @"
        instagram-reels: size too large: 400000000 bytes (limit 300000000)
        instagram-reels: bit rate too large: 106666666.67 bits a second (limit 25000000)
        ");
        assert!(told(|file| file.fps = f64::NAN).contains("rate too small"));
        assert!(
            told(|file| file.video_codec = "mpeg2".to_owned()).contains("tiktok: picture coded as `mpeg2`, not h264")
        );
    }

    #[test]
    fn only_the_platforms_that_are_asked_for_are_judged() {
        let file = FileSpec { fps: 15.0, ..good() };
        assert_eq!(PlatformSpecs::built_in().judge(&file, &["tiktok"]).len(), 1);
        assert_eq!(PlatformSpecs::built_in().judge(&file, &["elsewhere"]), []);
    }

    #[test]
    fn a_wrong_table_is_refused_with_its_place() {
        let table = "[x]\nsource = \"https://x\"\ncontainers = []\nvideo-codecs = []\n";
        assert!(PlatformSpecs::parse(table).is_ok());
        let error = PlatformSpecs::parse(&format!("{table}fps = [60, 23]")).unwrap_err();
        insta::assert_snapshot!(error, @"`x.fps` is from 60 to 23 (the smaller one comes first)");
        let error = PlatformSpecs::parse(&format!("{table}colour = 1")).unwrap_err();
        assert!(format!("{error:?}").contains("colour"), "{error:?}");
    }
}
