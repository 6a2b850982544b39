package smsgateway

import (
	"encoding/binary"
	"regexp"
	"strconv"
	"strings"

	"github.com/linxGnu/gosmpp/pdu"

	"latchkey/internal/messaging"
)

// receiptField is a field's name in the text of a receipt (rules P-10): SMPP 3.4 in appendix B, which leaves the form to
// each message centre; this is the one that nearly all write.
var receiptField = regexp.MustCompile(`(?i)\b(id|sub|dlvrd|submit date|done date|stat|err|text):`)

// receipt reads a delivery receipt, by its parameters where it has them, otherwise by its text (rules P-10). The id is
// passed on as it is written (rules P-11). The time of the receipt is that of its arrival: the one in its text has no
// zone.
func (d *delivery) receipt(alphabet string) messaging.Report {
	fields := receiptFields(d.letters(alphabet))
	r := messaging.Report{
		From: written(d.to), To: written(d.from), ProviderID: fields["id"], Code: fields["err"],
		State: stateOfWord(fields["stat"]), TextStart: fields["text"],
	}
	if id, ok := d.parameters[pdu.TagReceiptedMessageID]; ok {
		r.ProviderID = strings.TrimRight(string(id.Data), "\x00")
	}
	if state := d.parameters[pdu.TagMessageStateOption].Data; len(state) == 1 {
		r.State = stateOfNumber(state[0])
	}
	if code := d.parameters[pdu.TagNetworkErrorCode].Data; len(code) == 3 && r.Code == "" {
		r.Code = strconv.Itoa(int(binary.BigEndian.Uint16(code[1:])))
	}
	return r
}

// receiptFields takes the text of a receipt apart. Behind text: everything belongs to it.
func receiptFields(text string) map[string]string {
	fields := map[string]string{}
	for text != "" {
		at := receiptField.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		name, rest := strings.ToLower(text[at[2]:at[3]]), text[at[1]:]
		if name == "text" {
			fields[name] = rest
			break
		}
		end := len(rest)
		if next := receiptField.FindStringIndex(rest); next != nil {
			end = next[0]
		}
		fields[name] = strings.TrimSpace(rest[:end])
		text = rest[end:]
	}
	return fields
}

// stateOfNumber reads message_state (rules P-10). Accepted (6) is for a text that somebody has read on the way: not the
// end of it.
func stateOfNumber(number byte) messaging.State {
	switch number {
	case 1, 6:
		return messaging.Submitted
	case 2:
		return messaging.Delivered
	case 3:
		return messaging.Expired
	case 4, 5, 8:
		return messaging.Failed
	}
	return messaging.Unknown
}

// stateOfWord reads the state in a receipt's text (rules P-10), cut to seven letters or not.
func stateOfWord(word string) messaging.State {
	word = strings.ToUpper(word)
	for _, known := range []struct {
		begins string
		state  messaging.State
	}{
		{"DELIV", messaging.Delivered},
		{"EXPIR", messaging.Expired},
		{"DELET", messaging.Failed},
		{"UNDEL", messaging.Failed},
		{"REJEC", messaging.Failed},
		{"ACCEP", messaging.Submitted},
		{"ENROU", messaging.Submitted},
		{"BUFF", messaging.Submitted},
		{"SCHED", messaging.Submitted},
	} {
		if strings.HasPrefix(word, known.begins) {
			return known.state
		}
	}
	return messaging.Unknown
}
