//! From a place as findings name it to a JSON pointer.

use serde_json::Value;

/// JSON pointer (RFC 6901) to what `path` names in the document, such as `/paths/~1x/get` for `paths./x.get`. Keys may
/// have dots in them, so the document says where a key ends; of what is not in it the rest of the path is one key.
pub fn pointer(document: &Value, path: &str) -> String {
    let (mut out, mut value, mut rest) = (String::new(), Some(document), path);
    while !rest.is_empty() {
        rest = rest.strip_prefix('.').unwrap_or(rest);
        let (key, next) = step(value, rest);
        let key = key.strip_prefix('[').and_then(|index| index.strip_suffix(']')).unwrap_or(key);
        out.push('/');
        out.push_str(&key.replace('~', "~0").replace('/', "~1"));
        value = match value {
            Some(Value::Object(object)) => object.get(key),
            Some(Value::Array(list)) => key.parse::<usize>().ok().and_then(|i| list.get(i)),
            _ => None,
        };
        rest = next;
    }
    out
}

fn step<'p>(value: Option<&Value>, rest: &'p str) -> (&'p str, &'p str) {
    let ends = |length: usize| rest[length..].is_empty() || rest[length..].starts_with(['.', '[']);
    let length = match value {
        Some(Value::Object(object)) => {
            let keys = object.keys().filter(|key| rest.starts_with(key.as_str()) && ends(key.len()));
            keys.map(String::len).max()
        }
        Some(Value::Array(_)) => rest.find(']').map(|end| end + 1),
        _ => None,
    };
    rest.split_at(length.filter(|length| *length > 0).unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_may_have_dots_and_slashes() {
        let document =
            json!({"paths": {"/a.b": {"get": {"parameters": [{}, {"in": "x"}]}, "get.x": {"a~b": 1}}}});
        let of = |path| pointer(&document, path);
        assert_eq!(of(""), "");
        assert_eq!(of("paths./a.b.get.parameters[1].in"), "/paths/~1a.b/get/parameters/1/in");
        assert_eq!(of("paths./a.b.get.x.a~b"), "/paths/~1a.b/get.x/a~0b");
        assert_eq!(
            of("paths./a.b.get.requestParameters.integration.request"),
            "/paths/~1a.b/get/requestParameters.integration.request"
        );
        assert_eq!(of("paths./a.b.get.parameters[7].name"), "/paths/~1a.b/get/parameters/7/name");
        assert_eq!(of("info"), "/info");
    }
}
