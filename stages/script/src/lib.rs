//! A brief in, a script out: built-in writer or an OpenAI-compatible endpoint.
