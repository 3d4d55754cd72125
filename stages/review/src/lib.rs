//! Who looks at a cut before it may go out, and what they decided.
