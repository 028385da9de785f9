//! `$input`.

use indexmap::IndexMap;

use crate::json_path::{Found, JsonPath};
use crate::render::Renderer;
use crate::value::Value;
use crate::{RenderError, print};

/// `$input.body`: an empty one is `{}` (recorded).
pub(crate) fn body<'a>(renderer: &mut Renderer<'a>) -> Result<Value<'a>, RenderError> {
    let text = if renderer.input.body.is_empty() { "{}" } else { renderer.input.body };
    renderer.heap.text(text)
}

/// A method of `$input`.
pub(crate) fn call<'a>(
    renderer: &mut Renderer<'a>,
    name: &str,
    arguments: &[Value<'a>],
) -> Result<Value<'a>, RenderError> {
    match (name, arguments) {
        ("body", []) => body(renderer),
        ("path", [path]) => {
            let path = print::text(&renderer.heap, path)?;
            match find(renderer, &path)? {
                Some(json) => renderer.heap.json(&json),
                None => Ok(Value::Null),
            }
        }
        // Recorded: what is not there is empty text.
        ("json", [path]) => {
            let path = print::text(&renderer.heap, path)?;
            let text = find(renderer, &path)?.map_or_else(|| "\"\"".to_owned(), |json| json.to_string());
            renderer.heap.text(text)
        }
        ("params", []) => params(renderer),
        ("params", [name]) => {
            let name = print::text(&renderer.heap, name)?;
            param(renderer, &name)
        }
        _ => Ok(Value::Null),
    }
}

fn find(renderer: &mut Renderer<'_>, path: &str) -> Result<Option<crate::Json>, RenderError> {
    let parsed =
        JsonPath::parse(path).map_err(|error| RenderError::JsonPath(path.to_owned(), error.to_string()))?;
    let Some(body) = renderer.body() else { return Ok(None) };
    Ok(match parsed.find(&body) {
        Found::Nothing => None,
        found => Some(found.into_json()),
    })
}

/// A parameter: of the path, then of the query, then a header (developer guide); empty text where there is none.
fn param<'a>(renderer: &mut Renderer<'a>, name: &str) -> Result<Value<'a>, RenderError> {
    let input = renderer.input;
    let exact = |pairs: &'a [(&'a str, &'a str)]| pairs.iter().rfind(|(known, _)| *known == name);
    let header = || input.headers.iter().rfind(|(known, _)| known.eq_ignore_ascii_case(name));
    let found = exact(input.path).or_else(|| exact(input.querystring)).or_else(header);
    renderer.heap.text(found.map_or("", |(_, value)| value))
}

fn params<'a>(renderer: &mut Renderer<'a>) -> Result<Value<'a>, RenderError> {
    let input = renderer.input;
    let mut whole = IndexMap::new();
    for (kind, pairs) in [("path", input.path), ("querystring", input.querystring), ("header", input.headers)]
    {
        let mut entries = IndexMap::new();
        for (name, value) in pairs {
            entries.insert((*name).into(), renderer.heap.text(*value)?);
        }
        whole.insert(kind.into(), renderer.heap.map(entries)?);
    }
    renderer.heap.map(whole)
}
