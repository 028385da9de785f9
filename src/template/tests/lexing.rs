//! Where references, comments and words begin and end, in the corners of Velocity's lexer.

mod printing;

use printing::check;

#[test]
fn dollars_in_a_row_belong_to_the_reference_behind_them() {
    check(&[
        ("#set($x=1)$$x $$$x $!$x $\\$x", "$1 $$1 $!1 $\\1"),
        ("#set($x=1)\\$$x|\\$${x}.00|\\\\$$x|\\\\\\$$x|\\$!$!x", "$x|${x}.00|\\$1|\\$x|$!x"),
        ("#set($x=1)#set($y=$$x)$y#if($$x == 1)y#end", "1y"),
        ("#set($x=1)<${$x}><$!{$x.y}><${${x}}>", "<><><${1}>"),
        ("a ${$x b", "?expected `}` at the end of `${…`, found ` `"),
    ]);
}

#[test]
fn a_dollar_before_a_comment_or_block_vanishes_with_its_backslashes() {
    check(&[
        ("$#* c *#d $!#* c *#d", "d d"),
        ("\\$#if(true)c#end \\\\$#if(true)c#end", "c c"),
        ("$!#1 $!} $!) $!## c", "$!#1 $!} $) $!"),
        ("$ #set($x=1)$x $!\t#set($x=2)$x", "1 2"),
        ("$\\#end #\\#end $!\\#if $\\#none", "#end #end #if $\\#none"),
    ]);
}

#[test]
fn what_ends_a_comment() {
    check(&[
        ("a #*#*# b", "a "),
        ("a #* b #* c *# d", "a  d"),
        ("a #* b", "a "),
        ("a #*", "?the comment does not end"),
        ("a ## b ##\nc", "a c"),
        ("a ## b ##", "?a single `#` ends the template; nothing can follow from it"),
        ("a #* b $", "?a single `$` ends the template; nothing can follow from it"),
        ("a ##", "a "),
    ]);
}

#[test]
fn right_behind_a_property_no_comment_begins() {
    check(&[
        ("$x.y## c", "## c"),
        ("$x.y[0]## c", "## c"),
        ("$x.y()## c|$x[0]## c", ""),
        ("$x.y#set($z=1)\n## c", "## c"),
        ("${x.y}## c", ""),
    ]);
}

#[test]
fn true_and_false_are_no_names() {
    check(&[
        ("#set($a=$true)$a#if($false)b#end", "true"),
        ("a$true", "?`true` is a value here and no name"),
        ("${false.x}", "?`false` is a value here and no name"),
        ("#set($m={'true':1})$m['true'] $m.trueish $trues", "1  "),
        ("$m.x.true", "?`true` is a value here and no name"),
        ("$l[0]false", "?`false` is a value here and no name"),
    ]);
}

#[test]
fn an_index_is_no_fraction() {
    check(&[("$x[1.5]", "?expected an index: a text, an integer or a reference, found `1`")]);
}

#[test]
fn set_and_define_take_brackets_and_the_quiet_sign_for_a_part_of_the_name() {
    check(&[
        ("#set(${x}=1)<$x${x}>", "<>"),
        ("#set($!x=1)<$x>", "<>"),
        ("#set($x={})#set(${x.y}=1)#set($!x.z=2)$x", "{y=1, z=2}"),
        ("#define(${d})a#end<$d>#define($e)b#end$e", "<>b"),
    ]);
}

#[test]
fn text_behind_a_set_behind_a_reference_is_read_as_a_part_of_it() {
    check(&[
        ("$x#set($y=1)a.b c.d", "a c.d"),
        ("$x #set($y=1)\na.b()", "a"),
        ("${x}#set($y=1)a.b $x\n#set($y=1)a.b", "a.b \na.b"),
        ("$x#set($y=1)#set($z=2){a}|$x#set($y=1)\n{\"a\": 1}", "{|{\"a\": 1}"),
        ("$x#set($y=1)[0]", "?expected no `[` behind a `#set` right behind a reference, found `[`"),
    ]);
}

#[test]
fn break_ends_the_innermost_of_what_can_be_ended() {
    check(&[
        ("#define($d)a#break b#end$d|#foreach($i in [1,2])$d,#end.", "a|a,a,."),
        ("#foreach($i in [1,2])#set($z=\"a#break b\")$z,#end e", " e"),
        ("x#set($z=\"a#stop b\")$z e", "x"),
    ]);
}
