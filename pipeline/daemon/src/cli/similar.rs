//! `reelpress similar`

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(subcommand_precedence_over_arg = true, arg_required_else_help = true, after_help = HELP)]
pub(crate) struct Similar {
    /// Videos or pictures to compare with the archive: the same as `query`
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The archive's folder; default: the press's own, `similar` in `daemon.data_dir`
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) index: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Leave out what is in the archive under the very path of the file that is asked about
    #[arg(long, global = true)]
    pub(crate) not_itself: bool,
    #[command(subcommand)]
    pub(crate) command: Option<SimilarCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SimilarCommand {
    /// Put videos or pictures into the archive, each under its path
    Add {
        /// Videos or pictures of any kind that ffmpeg reads
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Say which earlier ones each file is like, where, and how much; nothing is added
    Query {
        /// Videos or pictures of any kind that ffmpeg reads
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Take some out, by the ids that they were put in under: for retention, or because somebody has a right to it
    Remove {
        /// Ids: paths as they were given to `add`, items of the press
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Say how much is in it
    Stats,
}

const HELP: &str = "Two videos are alike by the share of the one that is in the other, of frames, sources, words or sound: from 0.60 on a \
person looks, from 0.80 on it is rejected.

Examples:
  reelpress similar video.mp4                             is it like anything the press made?
  reelpress similar --index shelf add old/*.mp4           an archive of your own
  reelpress similar --index shelf query new.mp4 --json    which seconds of which earlier file

While the press runs it has its own archive open, and answers for it.

Exit code 1 if a file is like an earlier one, 65 if one cannot be read.";

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Arguments, Command};

    fn parsed(words: &str) -> Similar {
        let arguments = Arguments::try_parse_from(words.split(' ')).unwrap_or_else(|error| panic!("{words}: {error}"));
        let Command::Similar(similar) = arguments.command else { panic!("{words} is another command") };
        similar
    }

    #[test]
    fn the_folder_may_stand_before_or_after_what_is_to_be_done() {
        for words in [
            "reelpress similar --index shelf add a.mp4 b.mp4 --json",
            "reelpress similar add --index shelf --json a.mp4 b.mp4",
            "reelpress similar add a.mp4 b.mp4 --index shelf --json",
        ] {
            let similar = parsed(words);
            assert_eq!((similar.index, similar.json), (Some(PathBuf::from("shelf")), true), "{words}");
            let Some(SimilarCommand::Add { files }) = similar.command else { panic!("{words}: not add") };
            assert_eq!(files, [PathBuf::from("a.mp4"), PathBuf::from("b.mp4")], "{words}");
        }
    }

    #[test]
    fn files_alone_are_compared() {
        let similar = parsed("reelpress similar --index shelf a.mp4");
        assert!(similar.command.is_none());
        assert_eq!(similar.files, [PathBuf::from("a.mp4")]);
    }
}
