//! The tree for people: one line a thing, with its share and pods, and a line below where something is in the way.

use std::collections::BTreeMap;

use super::functions::{FunctionNode, VersionNode};
use super::state::State;
use super::tree::{ApiNode, DeploymentNode, StageNode, Tree};

/// Names of unused deployments that are shown.
const UNUSED_SHOWN: usize = 5;

/// A line and what hangs below it.
#[derive(Default)]
struct Row {
    label: String,
    share: String,
    pods: String,
    note: String,
    below: Vec<Row>,
}

/// Aligned, with lines that lead from each thing to what it is made of.
pub(super) fn render(tree: &Tree, namespaces: bool) -> String {
    let mut roots: Vec<Row> = tree.rest_apis.iter().map(|node| api(node, namespaces)).collect();
    if !tree.other_aliases.is_empty() {
        roots.push(Row {
            label: "Aliases that no stage leads to".to_owned(),
            below: tree.other_aliases.iter().map(|node| function(node, namespaces)).collect(),
            ..Row::default()
        });
    }
    roots.extend(
        tree.unreadable
            .iter()
            .map(|what| Row { label: format!("! not understood: {what}"), ..Row::default() }),
    );
    let mut lines = Vec::new();
    for root in &roots {
        flatten(root, "", "", &mut lines);
    }
    align(&lines)
}

fn api(node: &ApiNode, namespaces: bool) -> Row {
    let name = if namespaces { format!("{}/{}", node.namespace, node.name) } else { node.name.clone() };
    let mut below = marks(&node.state);
    below.extend(node.deployments.iter().map(deployment));
    below.extend(
        node.stages_without.iter().map(|node| Row { note: "nothing is live".to_owned(), ..stage(node) }),
    );
    if !node.unused_deployments.is_empty() {
        below.push(Row { label: unused(node), ..Row::default() });
    }
    Row { label: format!("RestApi {name}"), below, ..Row::default() }
}

fn unused(node: &ApiNode) -> String {
    let newest = |name: &String| node.newest.as_ref() == Some(name);
    // What is newest is what people look for.
    let mut names: Vec<_> =
        node.unused_deployments.iter().filter(|name| newest(name)).map(|n| format!("{n} (newest)")).collect();
    names.extend(node.unused_deployments.iter().filter(|name| !newest(name)).cloned());
    let further = names.len().saturating_sub(UNUSED_SHOWN);
    names.truncate(UNUSED_SHOWN);
    let further = if further == 0 { String::new() } else { format!(" and {further} more") };
    format!("not served: {}{further}", names.join(", "))
}

fn deployment(node: &DeploymentNode) -> Row {
    let mut below = marks(&node.state);
    below.extend(node.stages.iter().map(stage));
    let newest = if node.newest { "newest" } else { "" };
    Row { label: format!("deployment {}", node.name), note: newest.to_owned(), below, ..Row::default() }
}

fn stage(node: &StageNode) -> Row {
    let mut below: Vec<Row> = node.state.iter().flat_map(marks).collect();
    below.extend(node.functions.iter().map(|node| function(node, false)));
    let follows = if node.follows_latest { "follows latest" } else { "" };
    let parts = [node.url.as_deref().unwrap_or_default(), &pairs(&node.variables), follows];
    let kind = if node.canary { "canary of" } else { "stage" };
    Row {
        label: format!("{kind} {}", node.name),
        share: percent(node.percent),
        note: parts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("  "),
        below,
        ..Row::default()
    }
}

fn function(node: &FunctionNode, namespaces: bool) -> Row {
    let name =
        if namespaces { format!("{}/{}", node.namespace, node.reference) } else { node.reference.clone() };
    let mut below = marks(&node.state);
    if node.alias.is_some() {
        below.extend(node.versions.iter().map(version));
        return Row { label: format!("alias {name}"), below, ..Row::default() };
    }
    match &*node.versions {
        // A version itself: one line is enough.
        [one] => Row { label: format!("function {name}"), ..version(one) },
        _ => Row { label: format!("function {name}"), below, ..Row::default() },
    }
}

fn version(node: &VersionNode) -> Row {
    Row {
        label: format!("version {}", node.version),
        share: percent(node.percent),
        pods: format!("{}/{}", node.ready_pods, node.pods),
        below: marks(&node.state),
        ..Row::default()
    }
}

fn marks(state: &State) -> Vec<Row> {
    let (mark, reason, message) = match state {
        State::Live => return Vec::new(),
        State::Waits { reason, message } => ("~ waits", reason, message),
        State::Refused { reason, message } => ("! refused", reason, message),
    };
    let label = format!("{mark}: {reason}: {message}");
    vec![Row { label: label.trim_end_matches([':', ' ']).to_owned(), ..Row::default() }]
}

fn pairs(variables: &BTreeMap<String, String>) -> String {
    variables.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",")
}

fn percent(percent: f64) -> String {
    format!("{} %", (percent * 100.0).round() / 100.0)
}

struct Line {
    label: String,
    cells: [String; 3],
}

fn flatten(row: &Row, first: &str, further: &str, lines: &mut Vec<Line>) {
    let mut parts = row.label.lines();
    let label = format!("{first}{}", parts.next().unwrap_or_default());
    lines.push(Line { label, cells: [&row.share, &row.pods, &row.note].map(Clone::clone) });
    lines.extend(parts.map(|part| Line { label: format!("{further}  {part}"), cells: Default::default() }));
    for (index, below) in row.below.iter().enumerate() {
        let is_last = index + 1 == row.below.len();
        let (branch, trunk) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        flatten(below, &format!("{further}{branch}"), &format!("{further}{trunk}"), lines);
    }
}

/// Lines without cells do not widen the first column: messages are long.
fn align(lines: &[Line]) -> String {
    let wide = |text: &String| text.chars().count();
    let with_cells = lines.iter().filter(|line| line.cells.iter().any(|cell| !cell.is_empty()));
    let heads = ["SHARE", "PODS", "NOTE"].map(str::to_owned);
    let first = with_cells.map(|line| wide(&line.label)).max().unwrap_or(0).max(4);
    let widths: Vec<usize> = (0..2)
        .map(|column| {
            lines.iter().map(|line| wide(&line.cells[column])).max().unwrap_or(0).max(wide(&heads[column]))
        })
        .collect();
    let line = |label: &str, cells: &[String; 3]| {
        let [share, pods, note] = cells;
        let padded = format!("{label:first$}  {share:>0$}  {pods:>1$}  {note}", widths[0], widths[1]);
        // Messages quote what people wrote; a terminal must not take that for commands.
        padded.trim_end().chars().filter(|c| !c.is_control()).chain(['\n']).collect::<String>()
    };
    let body = lines.iter().map(|one| line(&one.label, &one.cells));
    std::iter::once(line("LIVE", &heads)).chain(body).collect()
}
