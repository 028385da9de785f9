//! Content as people write it: short forms where they say the same.

use api::{ApiContent, HttpIntegration, Method};

const TARGET: &str = "integration.request.path.";
const SOURCE: &str = "method.request.path.";

/// Puts path parameters into the URLs of HTTP proxies, where documents map each to a name of the URL.
#[must_use]
pub fn shortened(mut content: ApiContent) -> ApiContent {
    for method in content.paths.values_mut().flat_map(|methods| methods.values_mut()) {
        if let Method { http: Some(http), .. } = &mut **method
            && http.mapping.is_none()
            && let Some(url) = without_mappings(http)
        {
            http.url = url;
            http.request_parameters.clear();
        }
    }
    content
}

/// The URL by itself, where all parameters are path parameters that go into it.
fn without_mappings(http: &HttpIntegration) -> Option<String> {
    let renamed: Vec<(&str, &str)> = http
        .request_parameters
        .iter()
        .map(|(target, source)| target.strip_prefix(TARGET).zip(source.strip_prefix(SOURCE)))
        .collect::<Option<_>>()?;
    let (mut out, mut rest) = (String::new(), http.url.as_str());
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let known = renamed.iter().find(|(target, _)| *target == name);
        let name = known.filter(|_| !before.ends_with('$')).map_or(name, |(_, source)| source);
        out.push_str(before);
        out.extend(["{", name, "}"]);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn of(url: &str, parameters: &[(&str, &str)]) -> (String, usize) {
        let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        let http = HttpIntegration {
            url: url.to_owned(),
            request_parameters: parameters.iter().map(owned).collect(),
            ..HttpIntegration::default()
        };
        let method = Method { http: Some(http), ..Method::default() };
        let methods = BTreeMap::from([(api::MethodName::Get, Box::new(method))]);
        let content = ApiContent { paths: [("/x".to_owned(), methods)].into(), ..ApiContent::default() };
        let http = shortened(content).paths["/x"][&api::MethodName::Get].http.clone().unwrap();
        (http.url, http.request_parameters.len())
    }

    #[test]
    fn path_parameters_go_into_the_url() {
        let swapped = [
            ("integration.request.path.a", "method.request.path.b"),
            ("integration.request.path.b", "method.request.path.a"),
        ];
        assert_eq!(
            of("http://${stageVariables.a}/{a}/{b}", &swapped),
            ("http://${stageVariables.a}/{b}/{a}".to_owned(), 0)
        );
        let header = [
            ("integration.request.path.a", "method.request.path.b"),
            ("integration.request.header.b", "'x'"),
        ];
        assert_eq!(of("http://a/{a}", &header), ("http://a/{a}".to_owned(), 2));
        assert_eq!(of("http://a/", &[]), ("http://a/".to_owned(), 0));
    }
}
