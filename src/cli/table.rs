//! What is live, as tables for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use snapshot::{Canary, NamespacedName, Snapshot};

/// Stages with URLs and deployments, and aliases with weights. `url` gives the URL of an API and stage.
pub(crate) fn render(snapshot: &Snapshot, url: impl Fn(&NamespacedName, &str) -> String) -> String {
    let mut stages = vec![["STAGE", "URL", "DEPLOYMENT", "VARIABLES", "CANARY"].map(str::to_owned).to_vec()];
    for (api, content) in &snapshot.apis {
        for (name, stage) in &content.stages {
            stages.push(vec![
                format!("{}/{name}", shown(api)),
                url(api, name),
                stage.live.deployment.clone(),
                pairs(&stage.live.variables),
                stage.canary.as_ref().map_or_else(|| "-".to_owned(), |c| canary(c, &stage.live.variables)),
            ]);
        }
    }
    let mut aliases = vec![["ALIAS", "VERSIONS"].map(str::to_owned).to_vec()];
    for (function, content) in &snapshot.functions {
        for (name, alias) in &content.aliases {
            let further: f64 = alias.additional_version_weights.values().sum();
            let mut shares = vec![format!("{} {}", alias.function_version, percent(1.0 - further))];
            shares
                .extend(alias.additional_version_weights.iter().map(|(v, w)| format!("{v} {}", percent(*w))));
            aliases.push(vec![format!("{}:{name}", shown(function)), shares.join(", ")]);
        }
    }
    let mut out = String::new();
    align(&stages, &mut out);
    if aliases.len() > 1 {
        out.push('\n');
        align(&aliases, &mut out);
    }
    out
}

fn shown(name: &NamespacedName) -> String {
    if name.namespace == "default" { name.name.clone() } else { name.to_string() }
}

fn canary(canary: &Canary, live: &BTreeMap<String, String>) -> String {
    let changed = |(name, value): &(&String, &String)| live.get(*name) != Some(*value);
    let overrides: BTreeMap<_, _> =
        canary.variant.variables.iter().filter(changed).map(|(n, v)| (n.clone(), v.clone())).collect();
    let share = percent(f64::from(canary.basis_points) / 10_000.0);
    format!("{share} {} {}", canary.variant.deployment, pairs(&overrides))
        .trim_end_matches([' ', '-'])
        .to_owned()
}

fn pairs(variables: &BTreeMap<String, String>) -> String {
    let text: Vec<_> = variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let text = text.join(",");
    match text.char_indices().nth(48) {
        _ if text.is_empty() => "-".to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn percent(share: f64) -> String {
    let rounded = (share * 10_000.0).round() / 100.0;
    format!("{rounded} %")
}

fn align(rows: &[Vec<String>], out: &mut String) {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> =
        (0..columns).map(|c| rows.iter().map(|row| row[c].chars().count()).max().unwrap_or(0)).collect();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            // Writing to a String does not fail.
            let _ = write!(line, "{cell:width$}  ");
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}
