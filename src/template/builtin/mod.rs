//! What a template finds: `$input`, `$util`, `$context`, `$stageVariables`, `$foreach`, and properties of values.

pub(crate) mod foreach;
pub(crate) mod input;
pub(crate) mod overrides;
pub(crate) mod util;

use crate::RenderError;
use crate::render::Renderer;
use crate::value::Value;

/// A property: an entry of a map, or one of the few that values have.
pub(crate) fn property<'a>(
    renderer: &mut Renderer<'a>,
    value: &Value<'a>,
    name: &str,
) -> Result<Value<'a>, RenderError> {
    Ok(match (value, name) {
        (Value::Input, "body") => input::body(renderer)?,
        (Value::Foreach(index), _) => foreach::property(&renderer.loops, *index, name),
        (Value::List(list), "empty") => Value::Boolean(renderer.heap.lists[*list].items.is_empty()),
        (Value::Text(text), "empty") => Value::Boolean(text.is_empty()),
        _ => entry(renderer, value, name),
    })
}

/// The entry of that name; null where there is none.
pub(crate) fn entry<'a>(renderer: &Renderer<'a>, value: &Value<'a>, name: &str) -> Value<'a> {
    match value {
        Value::Map(map) => renderer.heap.maps[*map].entries.get(name).cloned().unwrap_or(Value::Null),
        Value::StageVariables => {
            let text = renderer.input.stage_variables.get(name);
            text.map_or(Value::Null, |text| Value::Text(text.as_str().into()))
        }
        Value::WholeContext => match name {
            "requestOverride" => Value::Map(renderer.request_override),
            "responseOverride" => Value::Map(renderer.response_override),
            _ => of_json(renderer.input.context, name),
        },
        Value::Context(json) => of_json(json, name),
        _ => Value::Null,
    }
}

fn of_json<'a>(json: &'a serde_json::Value, name: &str) -> Value<'a> {
    match json.get(name) {
        Some(serde_json::Value::String(text)) => Value::Text(text.as_str().into()),
        Some(other) => Value::Context(other),
        None => Value::Null,
    }
}
