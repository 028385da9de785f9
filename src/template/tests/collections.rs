//! Lists, maps, their sets, entries and iterators, as Java's classes have them.

mod printing;

use printing::check;

#[test]
fn lists_have_the_methods_of_an_array_list() {
    check(&[
        ("#set($l=[1,2])$l.addAll(1,['x','y'])$l $l.addAll(0,[])$l", "true[1, x, y, 2] false[1, x, y, 2]"),
        (
            "#set($l=[1,'a',2,'a'])$l.removeAll(['a',2])$l $l.retainAll([])$l $l.retainAll([1])",
            "true[1] true[] false",
        ),
        ("#set($l=[1,2])$l.remove(1.0)$l.remove(2.5)<$l.get(1.0)$l.length()>$l", "falsefalse<>[1, 2]"),
        (
            "#set($l=$input.path('$.list'))$l.clone() $l.toJSONString() $l.appendElement('b')",
            r#"[1,"a",[2]] [1,"a",[2]] [1,"a",[2],"b"]"#,
        ),
        ("#set($l=[1])<$l.toJSONString()$l.appendElement(1)>", "<>"),
    ]);
}

#[test]
fn iterators_give_each_item_once() {
    check(&[
        ("#set($i=[1,2].iterator())", "?expected an operator or `)`, found `.`"),
        (
            "#set($l=[1,2])#set($i=$l.iterator())$i.hasNext()$i.next()$i.next()$i.hasNext() $l",
            "true12false [1, 2]",
        ),
        ("#set($m={'a':1})$m.keySet().iterator().next() $m.entrySet().iterator().next().value", "a 1"),
        ("#set($l=[])#set($i=$l.iterator())$i.next()", "!`next`: index out of range"),
        ("#set($l=[1,2])#foreach($x in $l.iterator())$x#end<$l.iterator()[0]>", "12<>"),
    ]);
}

#[test]
fn sets_and_arrays_keep_their_length() {
    check(&[
        ("#set($m={'a':1})$m.keySet().add('b')", "!`add`: this list cannot be changed in that way"),
        (
            "#set($s='a,b')#set($p=$s.split(','))$p.add('c')",
            "!`add`: this list cannot be changed in that way",
        ),
        ("#set($s='a,b')#set($p=$s.split(','))#set($p[0]='c')$p.get(0)$p.size()", "c2"),
        (
            "#set($m={'a':1})#set($k=$m.keySet())#set($k[0]='b')$k $k.remove(0) $k.remove('a')$k",
            "[a] false true[]",
        ),
        ("#set($s='%s-%s')$s.format($s, 'a', 'b') #set($p='a,b')$s.format($s, $p.split(','))", "a-ba-b"),
    ]);
}

#[test]
fn maps_have_the_methods_of_a_hash_map() {
    check(&[
        ("#set($m={'a':1})$m.remove('a',2)$m.remove('a',1)$m", "falsetrue{}"),
        (
            "#set($m={'a':1})$m.replace('a',2)<$m.replace('b',1)>$m.replace('a',1,3)$m.replace('a',2,3)$m",
            "1<>falsetrue{a=3}",
        ),
        ("#set($m={'a':1})#set($c=$m.clone())$m.clear()$c<$m.toJSONString()>", "{a=1}<>"),
        ("#set($m={'a':1,'b':2})#set($m[-1]=3)$m[1] $m[-2]", "3 3"),
    ]);
}

#[test]
fn entries_can_be_set_and_compared() {
    check(&[
        ("#set($m={'a':1})#foreach($e in $m.entrySet())$e.setValue(2)$e.equals($e)#end$m", "1true{a=2}"),
        ("#set($m={'a':1})#foreach($e in $m.entrySet())#set($e.value=3)#end$m", "{a=3}"),
    ]);
}

#[test]
fn an_index_from_the_end_needs_a_size() {
    check(&[("#set($s='abc')$s[-1]", "!`size`: index out of range"), ("#set($l=[1,2])$l[-1]", "2")]);
}

#[test]
fn what_define_made_prints_within_lists_and_maps() {
    check(&[("#define($d)x#end#set($l=[$d,{'k':$d}])$l", "[x, {k=x}]")]);
}
