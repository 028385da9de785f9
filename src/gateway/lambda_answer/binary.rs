//! Binary media types.

/// Whether a body of this media type is a binary one. An API's types are `image/png`, `application/*` or `*/*`;
/// `*/*` is every body's type, also that of one without any. Recorded: a star on the left alone, as in `*/png`, is no
/// wildcard, and such a type is met by nothing, not even by itself.
pub fn matches_binary(types: &[String], media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim();
    types.iter().any(|configured| matches(configured, media))
}

/// Whether a client asks for a binary body. Recorded: only the first value of `Accept` counts, and a wildcard there
/// is none but where that very wildcard is configured.
pub fn accepts_binary(types: &[String], accept: Option<&str>) -> bool {
    matches_binary(types, accept.and_then(|accept| accept.split(',').next()).unwrap_or_default())
}

fn matches(configured: &str, media: &str) -> bool {
    if configured == "*/*" {
        return true;
    }
    if configured.starts_with("*/") {
        return false;
    }
    if configured.eq_ignore_ascii_case(media) {
        return true;
    }
    let Some(main) = configured.strip_suffix("/*") else { return false };
    media.split_once('/').is_some_and(|(media, _)| media.eq_ignore_ascii_case(main))
}
