//! Changing one scalar of a manifest in place: everything else of the file stays as it is, comments too.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::manifests::yaml_options;

#[derive(Deserialize)]
struct Document {
    kind: Option<String>,
    metadata: Option<Metadata>,
    spec: Option<Spec>,
}

#[derive(Deserialize)]
struct Metadata {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Spec {
    /// Documents of other kinds may have something else under this name.
    deployment: Option<Spanned<serde_json::Value>>,
}

/// `text` with `spec.deployment` of the Stage object `name` set to `deployment`; `None` where it holds no such Stage.
pub(crate) fn set_stage_deployment(text: &str, name: &str, deployment: &str) -> Result<Option<String>> {
    let documents: Vec<serde_json::Value> = serde_saphyr::from_multiple_with_options(text, yaml_options())?;
    let is_stage =
        |document: &serde_json::Value| document["kind"] == "Stage" && document["metadata"]["name"] == name;
    if !documents.iter().any(is_stage) {
        return Ok(None);
    }
    let (line, column, old) = stage_deployment(text, name)?;
    let start = offset(text, line, column).context("the place of spec.deployment is not in the file")?;
    let rest = &text[start..];
    let length = match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest[1..].find(quote).map(|end| end + 2),
        _ => rest.starts_with(&old).then_some(old.len()),
    };
    let Some(length) = length else {
        bail!(
            "spec.deployment of Stage/{name} is written in a way that can't be changed in place; write it as plain text"
        );
    };
    Ok(Some(format!("{}{deployment}{}", &text[..start], &rest[length..])))
}

fn stage_deployment(text: &str, name: &str) -> Result<(u64, u64, String)> {
    let documents: Vec<Document> = serde_saphyr::from_multiple_with_options(text, yaml_options())?;
    let found = documents.into_iter().find(|document| {
        document.kind.as_deref() == Some("Stage")
            && document.metadata.as_ref().and_then(|m| m.name.as_deref()) == Some(name)
    });
    let deployment = found.and_then(|document| document.spec).and_then(|spec| spec.deployment);
    let deployment = deployment.with_context(|| format!("Stage/{name} has no spec.deployment"))?;
    let place = deployment.referenced;
    let old =
        deployment.value.as_str().with_context(|| format!("spec.deployment of Stage/{name} is not text"))?;
    Ok((place.line(), place.column(), old.to_owned()))
}

/// Lines and columns count from 1, columns in characters.
fn offset(text: &str, line: u64, column: u64) -> Option<usize> {
    let before: usize = text.split_inclusive('\n').take(usize::try_from(line).ok()? - 1).map(str::len).sum();
    let rest = text.get(before..)?;
    let column = usize::try_from(column).ok()? - 1;
    rest.char_indices().map(|(at, _)| at).chain([rest.len()]).nth(column).map(|at| before + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# stages\nkind: Other\nspec: {deployment: [1]}\n---\nkind: Stage # dev\nmetadata: {name: houses-dev}\nspec:\n  deployment: latest # ż\n---\nkind: Stage\nmetadata:\n  name: houses-prod\nspec:\n  # what is live\n  deployment:   \"houses-v12\"   # pinned\n  restApi: houses\n";

    #[test]
    fn only_the_scalar_changes() {
        let changed = set_stage_deployment(FILE, "houses-prod", "houses-v13").unwrap().unwrap();
        assert_eq!(changed, FILE.replace("\"houses-v12\"", "houses-v13"));
        let changed = set_stage_deployment(FILE, "houses-dev", "houses-v13").unwrap().unwrap();
        assert_eq!(changed, FILE.replace("latest #", "houses-v13 #"));
        assert_eq!(set_stage_deployment(FILE, "other", "x").unwrap(), None);
    }
}
