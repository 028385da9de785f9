//! Declared paths, requests for them, and where an HTTP integration sends those.
#![no_main]

use http::uri::PathAndQuery;
use libfuzzer_sys::fuzz_target;
use snapshot::{HttpTarget, ResourcePath, Router, check_siblings};

fuzz_target!(|data: &str| {
    // A URL, then a request's target, then declared paths, a line each.
    let mut lines = data.lines();
    let (url, target) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let paths: Vec<ResourcePath> = lines.filter_map(|line| ResourcePath::parse(line).ok()).collect();
    let _ = check_siblings(&paths);
    let mut router = Router::default();
    for (index, path) in paths.iter().enumerate() {
        router.insert(path, if index % 2 == 0 { "ANY" } else { "GET" }, path);
    }
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let Some(matched) = router.find(path, "GET") else { return };
    let names: Vec<_> = matched.target.parameters().collect();
    assert_eq!(names.len(), matched.parameters.len());
    for (_, value) in &matched.parameters {
        assert!(!value.is_empty() && path.contains(value));
    }
    let Ok(backend) = HttpTarget::parse(url, names.iter().copied()) else { return };
    let Ok(onward) = backend.path_and_query(&matched.parameters, query) else { return };
    assert!(onward.starts_with('/'));
    // What was legal in the request is legal onward, but where a piece of its path goes to a query.
    if !url.contains('?') && PathAndQuery::try_from(target).is_ok_and(|parsed| parsed.as_str() == target) {
        assert!(PathAndQuery::try_from(&*onward).is_ok(), "{onward}");
    }
});
