//! A script in, speech out, with the time of every word.
