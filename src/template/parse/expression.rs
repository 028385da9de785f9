//! Expressions: operators in all their spellings, by precedence.

use super::{Parsed, Parser};
use crate::ast::{Comparison, Expr, Operator};

impl Parser<'_, '_> {
    /// An expression, with the blanks around it.
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.nested(Self::or)
    }

    fn or(&mut self) -> Parsed<Expr> {
        let mut left = self.and()?;
        while self.operator(&["||", "or"]).is_some() {
            left = Expr::Or(left.into(), self.and()?.into());
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed<Expr> {
        let mut left = self.equality()?;
        while self.operator(&["&&", "and"]).is_some() {
            left = Expr::And(left.into(), self.equality()?.into());
        }
        Ok(left)
    }

    fn equality(&mut self) -> Parsed<Expr> {
        let mut left = self.relation()?;
        while let Some(operator) = self.operator(&["==", "eq", "!=", "ne"]) {
            let comparison = if operator < 2 { Comparison::Equal } else { Comparison::NotEqual };
            left = Expr::Compare(comparison, left.into(), self.relation()?.into());
        }
        Ok(left)
    }

    fn relation(&mut self) -> Parsed<Expr> {
        const ALL: [&str; 8] = ["<=", "le", "<", "lt", ">=", "ge", ">", "gt"];
        const MEANING: [Comparison; 4] =
            [Comparison::LessOrEqual, Comparison::Less, Comparison::GreaterOrEqual, Comparison::Greater];
        let mut left = self.sum()?;
        while let Some(operator) = self.operator(&ALL) {
            left = Expr::Compare(MEANING[operator / 2], left.into(), self.sum()?.into());
        }
        Ok(left)
    }

    fn sum(&mut self) -> Parsed<Expr> {
        let mut left = self.product()?;
        while let Some(operator) = self.operator(&["+", "-"]) {
            // `5 -1` are two numbers to Velocity, and nothing between them.
            if operator == 1 && self.byte(0).is_some_and(|byte| byte.is_ascii_digit() || byte == b'.') {
                return self.expected("a blank between `-` and the number");
            }
            let operator = if operator == 0 { Operator::Add } else { Operator::Subtract };
            left = Expr::Math(operator, left.into(), self.product()?.into());
        }
        Ok(left)
    }

    fn product(&mut self) -> Parsed<Expr> {
        const MEANING: [Operator; 3] = [Operator::Multiply, Operator::Divide, Operator::Remainder];
        let mut left = self.unary()?;
        while let Some(operator) = self.operator(&["*", "/", "%"]) {
            left = Expr::Math(MEANING[operator], left.into(), self.unary()?.into());
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed<Expr> {
        if self.operator(&["!", "not"]).is_some() {
            return Ok(Expr::Not(self.nested(Self::unary)?.into()));
        }
        self.skip_space();
        let value = if self.take("(") {
            let value = self.expression()?;
            self.expect(")", "an operator or `)`")?;
            value
        } else {
            self.operand()?
        };
        self.skip_space();
        Ok(value)
    }

    /// Takes the operator that comes next, if it is one of these, and says which.
    fn operator(&mut self, spellings: &[&str]) -> Option<usize> {
        self.skip_space();
        let word = self.run(self.at, |byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'@');
        let found = spellings.iter().position(|spelling| {
            if word > 0 { self.rest()[..word] == **spelling } else { self.rest().starts_with(spelling) }
        })?;
        self.at += spellings[found].len();
        Some(found)
    }
}
