//! `reelpress policy`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Output;

#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub(crate) enum Policy {
    /// Run the test cases inside the packs: a table, every case that fails with its line; exit code 1 if one does
    Test {
        #[command(flatten)]
        policies: Policies,
        /// Also say how well the rules do on the built-in corpus of labelled texts
        #[arg(long)]
        corpus: bool,
        /// Print the whole page on policies, as Markdown
        #[arg(long, conflicts_with = "corpus")]
        markdown: bool,
    },
    /// List the rules: name, what each asks for, what it is about
    List {
        #[command(flatten)]
        policies: Policies,
        /// Only rules that count there
        #[arg(long, value_name = "PLATFORM", value_parser = PLATFORMS)]
        platform: Option<String>,
    },
    /// Say what a rule is about, where it comes from, and when it applies
    Explain {
        /// Its name, as `claims/cure` or `cure`
        #[arg(value_name = "RULE")]
        rule: String,
        #[command(flatten)]
        policies: Policies,
    },
    /// Hold a text against the rules; exit code 1 if one of them stops it (`--json` also names each rule that was not checked)
    Check(Check),
}

/// `reelpress policy check`
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The text, or `-` for standard input
    #[arg(value_name = "TEXT|-")]
    pub(crate) text: String,
    /// What kind of text it is
    #[arg(long = "as", default_value = "caption", value_name = "FIELD",
        value_parser = ["title", "hook", "narration", "on_screen", "caption", "hashtags", "disclosure", "post"])]
    pub(crate) field: String,
    /// Its language, ISO 639-1; default: not known, so words of every language count
    #[arg(long, value_name = "CODE")]
    pub(crate) language: Option<String>,
    /// Where it is to go; may be given more than once; default: not known, so every platform's rules count
    #[arg(long, value_name = "PLATFORM", value_parser = PLATFORMS)]
    pub(crate) platform: Vec<String>,
    /// A country it is aimed at, ISO 3166-1; may be given more than once; default: not known
    #[arg(long, value_name = "CODE")]
    pub(crate) region: Vec<String>,
    /// What else is known, such as `commercial=affiliate`; may be given more than once
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) fact: Vec<String>,
    #[command(flatten)]
    pub(crate) policies: Policies,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct Policies {
    /// A folder of packs, or one pack; default: those of the config (`screen.policy`), else the built-in ones
    #[arg(long = "policies", value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}

const PLATFORMS: [&str; 3] = ["tiktok", "youtube-shorts", "instagram-reels"];

const HELP: &str = "Examples:
  reelpress policy list --platform tiktok
  reelpress policy explain claims/cure
  reelpress policy check \"This tea cures everything\" --language en
  reelpress policy check - --as narration --fact commercial=affiliate < script.txt
  reelpress policy test --policies my/policies       while you write rules: every mistake with file, line and column
  reelpress policy test --corpus                     precision and recall by group of rules
  reelpress policy test --markdown > docs/POLICIES.md";
