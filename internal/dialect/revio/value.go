package revio

import "latchkey/internal/problem"

import "fmt"

// What members of requests and answers mean, where many operations mean it alike.

// idOf reads an id. None is given by 0 as well: clients without null send it for "not set".
func idOf[ID ~int64](given *int32) ID {
	if given == nil {
		return 0
	}
	return ID(*given)
}

// idsOf reads repeated ids, of which 0 is none.
func idsOf[ID ~int64](given []int32) []ID {
	var ids []ID
	for _, id := range given {
		if id != 0 {
			ids = append(ids, ID(id))
		}
	}
	return ids
}

// number writes an id, which has 32 bits on the wire. One that has more cannot be told: the answer is an internal error, and
// not the id of another record.
func number[ID ~int64](id ID) int32 {
	if int64(int32(id)) != int64(id) {
		panic(fmt.Sprintf("the id %d has more than 32 bits", id))
	}
	return int32(id)
}

// numbers writes a list of ids.
func numbers[ID ~int64](ids []ID) []int32 {
	wire := make([]int32, 0, len(ids))
	for _, id := range ids {
		wire = append(wire, number(id))
	}
	return wire
}

// ref writes an id, and nil for none.
func ref[ID ~int64](id ID) *int32 {
	if id == 0 {
		return nil
	}
	wire := number(id)
	return &wire
}

// count writes a whole number that may be missing.
func count(n *int) *int32 {
	if n == nil {
		return nil
	}
	wire := int32(*n)
	return &wire
}

// word writes a member of an enumeration, and nil for none.
func word[Word, Text ~string](text Text) *Word {
	if text == "" {
		return nil
	}
	wire := Word(text)
	return &wire
}

// textOf reads a member of an enumeration; nil gives none.
func textOf[Text, Word ~string](given *Word) Text {
	if given == nil {
		return ""
	}
	return Text(*given)
}

// textsOf reads repeated members of an enumeration.
func textsOf[Text, Word ~string](given []Word) []Text {
	var texts []Text
	for _, word := range given {
		texts = append(texts, Text(word))
	}
	return texts
}

// changed reads a member of an enumeration that changes something; nil leaves it.
func changed[Text, Word ~string](given *Word) *Text {
	if given == nil {
		return nil
	}
	text := Text(*given)
	return &text
}

// one refuses alternatives of which none or more than one is given; names says in words what they are.
func one(names string, given ...bool) error {
	count := 0
	for _, is := range given {
		if is {
			count++
		}
	}
	if count != 1 {
		return problem.New(problem.InvalidInput, "Give one of these: %s.", names)
	}
	return nil
}

// is reads a boolean that may be missing.
func is(given *bool) bool { return given != nil && *given }
