package revio

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

// ref writes an id, and nil for none.
func ref[ID ~int64](id ID) *int32 {
	if id == 0 {
		return nil
	}
	wire := int32(id)
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
