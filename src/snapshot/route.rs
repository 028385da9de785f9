//! Route match: static before variable before greedy, level by level, back to the greedy one where a method lacks.

use hashbrown::HashMap;

use crate::{PathPart, ResourcePath};

/// Routes as a tree of segments. `T` is what a resource and method lead to.
#[derive(Debug)]
pub struct Router<T> {
    root: Node<T>,
}

#[derive(Debug)]
struct Node<T> {
    statics: HashMap<Box<str>, Node<T>>,
    variable: Option<Box<(Box<str>, Node<T>)>>,
    greedy: Option<(Box<str>, Methods<T>)>,
    methods: Methods<T>,
}

#[derive(Debug)]
struct Methods<T> {
    named: Vec<(Box<str>, T)>,
    any: Option<T>,
}

impl<T> Default for Node<T> {
    fn default() -> Self {
        Self { statics: HashMap::new(), variable: None, greedy: None, methods: Methods::default() }
    }
}

impl<T> Default for Methods<T> {
    fn default() -> Self {
        Self { named: Vec::new(), any: None }
    }
}

impl<T> Methods<T> {
    fn get(&self, method: &str) -> Option<&T> {
        let named = self.named.iter().find(|(name, _)| **name == *method).map(|(_, target)| target);
        named.or_else(|| self.any.as_ref().filter(|_| is_one_of_any(method)))
    }
}

/// `ANY` stands for these (developer guide, api-gateway-method-settings-method-request).
fn is_one_of_any(method: &str) -> bool {
    matches!(method, "DELETE" | "GET" | "HEAD" | "OPTIONS" | "PATCH" | "POST" | "PUT")
}

/// A match: the target and the path parameters as sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Matched<'r, 'p, T> {
    /// What the resource and method lead to.
    pub target: &'r T,
    /// Names and raw values of path parameters, in the order of the path.
    pub parameters: Vec<(&'r str, &'p str)>,
}

impl<T> Default for Router<T> {
    fn default() -> Self {
        Self { root: Node::default() }
    }
}

impl<T> Router<T> {
    /// Adds a resource's method (`ANY` for any). A later one of the same path and method replaces the earlier.
    pub fn insert(&mut self, path: &ResourcePath, method: &str, target: T) {
        let mut node = &mut self.root;
        for part in &path.parts {
            node = match part {
                PathPart::Static(text) => node.statics.entry(text.as_str().into()).or_default(),
                PathPart::Variable(name) => {
                    &mut node
                        .variable
                        .get_or_insert_with(|| Box::new((name.as_str().into(), Node::default())))
                        .1
                }
                PathPart::Greedy(name) => {
                    let greedy =
                        node.greedy.get_or_insert_with(|| (name.as_str().into(), Methods::default()));
                    return greedy.1.insert(method, target);
                }
            };
        }
        node.methods.insert(method, target);
    }

    /// The target for `path` below the stage, which is raw (not decoded) and begins with `/` or is empty.
    pub fn find<'r, 'p>(&'r self, path: &'p str, method: &str) -> Option<Matched<'r, 'p, T>> {
        // Recorded: slashes behind the stage count once, and one at the end does not change which resource is met.
        let path = path.trim_start_matches('/');
        let path = path.strip_suffix('/').unwrap_or(path);
        let mut parameters = Vec::new();
        let target = self.root.find(path, method, &mut parameters)?;
        Some(Matched { target, parameters })
    }
}

impl<T> Methods<T> {
    fn insert(&mut self, method: &str, target: T) {
        if method == "ANY" {
            self.any = Some(target);
        } else {
            self.named.retain(|(name, _)| **name != *method);
            self.named.push((method.into(), target));
        }
    }
}

impl<T> Node<T> {
    fn find<'r, 'p>(
        &'r self,
        rest: &'p str,
        method: &str,
        found: &mut Vec<(&'r str, &'p str)>,
    ) -> Option<&'r T> {
        if rest.is_empty() {
            return self.methods.get(method);
        }
        let (segment, below) = rest.split_once('/').unwrap_or((rest, ""));
        // `a//b` leaves `/b`: the empty segment matches no static or variable part, only a greedy one.
        let ends = segment.len() == rest.len();
        if !segment.is_empty() && (ends || !below.is_empty()) {
            if let Some(node) = self.statics.get(segment)
                && let Some(target) = node.find(below, method, found)
            {
                return Some(target);
            }
            if let Some(variable) = &self.variable {
                found.push((&variable.0, segment));
                if let Some(target) = variable.1.find(below, method, found) {
                    return Some(target);
                }
                found.pop();
            }
        }
        let (name, methods) = self.greedy.as_ref()?;
        let target = methods.get(method)?;
        found.push((name, rest));
        Some(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router(declared: &[(&str, &str)]) -> Router<String> {
        let mut built = Router::default();
        for (method, path) in declared {
            built.insert(&ResourcePath::parse(path).unwrap(), method, format!("{method} {path}"));
        }
        built
    }

    fn find(router: &Router<String>, method: &str, path: &str) -> Option<String> {
        router.find(path, method).map(|m| {
            let parameters: Vec<_> = m.parameters.iter().map(|(k, v)| format!(" {k}={v}")).collect();
            format!("{}{}", m.target, parameters.concat())
        })
    }

    #[test]
    fn precedence_level_by_level() {
        let r = router(&[
            ("GET", "/users/{user}/posts/{post}"),
            ("GET", "/users/{user}/posts/latest"),
            ("GET", "/users/me/posts/{post}"),
        ]);
        assert_eq!(
            find(&r, "GET", "/users/u/posts/p").unwrap(),
            "GET /users/{user}/posts/{post} user=u post=p"
        );
        assert_eq!(
            find(&r, "GET", "/users/u/posts/latest").unwrap(),
            "GET /users/{user}/posts/latest user=u"
        );
        assert_eq!(
            find(&r, "GET", "/users/me/posts/latest").unwrap(),
            "GET /users/me/posts/{post} post=latest"
        );
    }

    #[test]
    fn a_lacking_method_or_child_falls_back_to_greedy() {
        let r = router(&[
            ("POST", "/test"),
            ("ANY", "/test/any"),
            ("OPTIONS", "/{proxy+}"),
            ("GET", "/test/any/{p+}"),
        ]);
        assert_eq!(find(&r, "OPTIONS", "/test").unwrap(), "OPTIONS /{proxy+} proxy=test");
        assert_eq!(find(&r, "OPTIONS", "/test/any").unwrap(), "ANY /test/any");
        assert_eq!(find(&r, "OPTIONS", "/test/any/more").unwrap(), "OPTIONS /{proxy+} proxy=test/any/more");
        assert_eq!(find(&r, "GET", "/test/any/more").unwrap(), "GET /test/any/{p+} p=more");
        assert_eq!(find(&r, "GET", "/test"), None);
        assert_eq!(find(&r, "TRACE", "/test/any"), None);
    }

    #[test]
    fn slashes() {
        let r = router(&[("GET", "/"), ("GET", "/pets"), ("GET", "/pets/{id}"), ("GET", "/any/{p+}")]);
        assert_eq!(find(&r, "GET", "").unwrap(), "GET /");
        assert_eq!(find(&r, "GET", "//").unwrap(), "GET /");
        assert_eq!(find(&r, "GET", "//pets/").unwrap(), "GET /pets");
        assert_eq!(find(&r, "GET", "/pets/7/").unwrap(), "GET /pets/{id} id=7");
        assert_eq!(find(&r, "GET", "/pets//7"), None);
        assert_eq!(find(&r, "GET", "/any/a//b/").unwrap(), "GET /any/{p+} p=a//b");
        assert_eq!(find(&r, "GET", "/any"), None);
        assert_eq!(find(&r, "GET", "/pets/a%2Fb").unwrap(), "GET /pets/{id} id=a%2Fb");
    }
}
