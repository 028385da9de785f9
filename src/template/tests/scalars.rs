//! Methods of texts, numbers and truth values, as Java's classes have them and Velocity 1.7 finds them.

mod printing;

use printing::check;

#[test]
fn places_in_texts_are_ints() {
    check(&[
        ("#set($s='abcb')$s.substring(1)$s.subSequence(1,3)<$s.substring(1.0)$s.substring('1')>", "bcbbc<>"),
        (
            "#set($s='abcb')$s.indexOf('b',2) $s.indexOf('b',-5) $s.indexOf('b',9) $s.indexOf('',9)",
            "3 1 -1 4",
        ),
        ("#set($s='abcb')$s.lastIndexOf('b',2) $s.lastIndexOf('b',-1) $s.lastIndexOf('',1)", "1 -1 1"),
        ("#set($s='a€b')$s.indexOf(98) $s.lastIndexOf(8364,1) $s.lastIndexOf('b',1)", "2 1 -1"),
        ("#set($s='a')$s.repeat(-1)", "!`repeat`: index out of range"),
    ]);
}

#[test]
fn replacements_are_read_when_something_is_replaced() {
    check(&[
        (r"#set($s='ab')$s.replaceAll('(a)(b)?','[$2$1]') $s.replaceAll('(a)','$12')", "[ba] a2b"),
        (r"#set($s='ab')$s.replaceAll('(?<n>a)','<${n}>')$s.replaceAll('x','$')", "<a>bab"),
        ("#set($s='ab')$s.replaceAll('a','$3')", "!`replaceAll`: the format does not fit its arguments"),
        ("#set($s='axxb')$s.replaceAll('x*','-') $s.replaceAll('','-')", "-a--b- -a-x-x-b-"),
    ]);
}

#[test]
fn splitting_keeps_what_java_keeps() {
    check(&[
        ("#set($s='abc')$s.split('').size() $s.split('',-1).size() $s.split('b')[0]", "3 4 a"),
        (r"#set($s='a.b|c')$s.split('\.')[1] $s.split('[.|]').size() $s.split('\Q.\E')[0]", "b|c 3 a"),
        ("#set($s='a,b,,')$s.split(',').size() $s.split(',',-1).size() $s.split(',',2)[1]", "2 4 b,,"),
    ]);
}

#[test]
fn joining_takes_texts_alone() {
    check(&[
        ("#set($s='')$s.join('-','a','b') $s.join('-',['a','b'])<$s.join('-',[])>", "a-b a-b<>"),
        ("#set($s='')$s.join('-',[1])", "!`join`: it does not take such arguments"),
    ]);
}

#[test]
fn a_method_without_parameters_is_found_for_any_arguments_and_fails() {
    check(&[
        ("#set($s='a')$s.length(1)", "!`length`: it does not take such arguments"),
        ("#set($n=1)$n.intValue('x')", "!`intValue`: it does not take such arguments"),
        ("#set($s='a')<$s.none(1)$s.concat(1)$s.copyValueOf('x')>", "<>"),
        ("#set($s='a')$s.compareTo(1)", "!`compareTo`: it does not take such arguments"),
    ]);
}

#[test]
fn formats_have_javas_flags() {
    check(&[
        ("#set($s='')$s.format('%2$s %1$s %<s %s','a','b')", "b a a a"),
        ("#set($s='')$s.format('%s|%5d|%-3s|%05d|%,d','a',7,'c',-42,1234567)", "a|    7|c  |-0042|1,234,567"),
        ("#set($s='')$s.format('%x %X %o %#x %(d % d %+d',255,255,8,255,-5,5,5)", "ff FF 10 0xff (5)  5 +5"),
        (
            "#set($s='')$s.format('%e %.2f %g %b %c %h %S',12345.678,2.345,0.0001234,true,65,'a','x')",
            "1.234568e+04 2.35 0.000123400 true A 61 X",
        ),
        ("#set($s='')$s.format('%s',[1,2])", "[1, 2]"),
        ("#set($s='')$s.format('%d','x')", "!`format`: the format does not fit its arguments"),
        ("#set($s='')$s.format('%-d',1)", "!`format`: the format does not fit its arguments"),
    ]);
}

#[test]
fn numbers_have_the_methods_of_their_class() {
    check(&[
        (
            "#set($n=1)$n.parseInt('ff',16) $n.toHexString(-1) $n.toString(255,16) $n.decode('0x10')",
            "255 ffffffff ff 16",
        ),
        ("#set($n=1)<$n.parseDouble('1')$n.parseLong('1')$n.isNaN()$n.abs()$n.max(1,2.5)>", "<>"),
        ("#set($n=1)$n.parseInt('99999999999')", "!`parseInt`: not a number"),
        ("#set($n=5000000000)$n.parseLong('99999999999')<$n.parseInt('1')>", "99999999999<>"),
        ("#set($n=1.5)$n.max(1,2) $n.valueOf(5) $n.parseDouble(' 1e3 ') $n.isNaN()", "2.0 5.0 1000.0 false"),
        ("#set($n=1.5)$n.parseDouble('inf')", "!`parseDouble`: not a number"),
        (
            "#set($b=true)$b.parseBoolean('TRUE') $b.logicalAnd(true,false) $b.valueOf('x')",
            "true false false",
        ),
        ("#set($n=1)$n.compareTo(1.5)", "!`compareTo`: it does not take such arguments"),
    ]);
}

#[test]
fn numbers_are_equal_by_value_to_operators_and_by_class_to_methods() {
    check(&[
        ("#set($n=1)#if($n == 1.0)a#end$n.equals(1.0)$n.equals(1)", "afalsetrue"),
        ("#set($l=[1])$l.contains(1.0)$l.contains(1)#if($l == [1.0])b#end", "falsetrue"),
    ]);
}

#[test]
fn hashes_are_javas() {
    check(&[
        ("#set($l=[1,'x',true,2.5,[1]])$l.hashCode()", "-1031304745"),
        ("#set($m={'a':1,'b':'x'})$m.hashCode()", "122"),
        ("#set($n=5000000000)$n.hashCode()", "705032705"),
    ]);
}
