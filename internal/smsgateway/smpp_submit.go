package smsgateway

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"latchkey/internal/messaging"
)

const (
	esmHeader     = 0x40 // esm_class: the text begins with a user data header, SMPP 3.4 in 5.2.12
	askReceipt    = 0x01 // registered_delivery: for success and failure alike, 5.2.17
	shortMost     = 160  // octets of a text that short_message carries when long ones go into message_payload
	addressMost   = 20   // octets of a number, 4.4.1
	shortCodeMost = 8    // digits; more of them without a plus are taken for an international number
)

// submitSM builds the PDU for a part. The error says why no message centre could take it.
func (s *SMPPSettings) submitSM(part messaging.Part, now time.Time) (*pdu.SubmitSM, error) {
	from, err := address(part.From, s.SourceNumbering)
	if err != nil {
		return nil, fmt.Errorf("our number: %w", err)
	}
	to, err := address(part.To, s.DestNumbering)
	if err != nil {
		return nil, fmt.Errorf("the person's number: %w", err)
	}
	sm, _ := pdu.NewSubmitSM().(*pdu.SubmitSM)
	sm.ServiceType, sm.SourceAddr, sm.DestAddr = s.ServiceType, from, to
	sm.ValidityPeriod = s.validity(part.ExpiresAt, now)
	if s.Receipts && s.Bind != BindTransmitter {
		sm.RegisteredDelivery = askReceipt
	}
	return sm, s.putText(sm, part)
}

// putText puts the letters where the setting for long texts wants them (rules P-9). The library's own splitting isn't
// used: it counts wrongly.
func (s *SMPPSettings) putText(sm *pdu.SubmitSM, part messaging.Part) error {
	text, err := userData(part)
	if err != nil {
		return err
	}
	tied := len(part.Header) > 0
	coding := data.NewCustomEncoding(s.dataCoding(part.Coding), nil)
	switch {
	case tied && s.Long == LongBySAR:
		reference, _, ok := concatenation(part.Header)
		if !ok {
			return errors.New("the user data header names no parts")
		}
		sm.RegisterOptionalParam(pdu.Field{Tag: pdu.TagSarMsgRefNum, Data: binary.BigEndian.AppendUint16(nil, reference)})
		sm.RegisterOptionalParam(pdu.Field{Tag: pdu.TagSarTotalSegments, Data: []byte{byte(part.Of)}})
		sm.RegisterOptionalParam(pdu.Field{Tag: pdu.TagSarSegmentSeqnum, Data: []byte{byte(part.Number)}})
	case tied:
		sm.EsmClass |= esmHeader
		text = append(append(make([]byte, 0, len(part.Header)+len(text)), part.Header...), text...)
	case len(text) > shortMost && s.Long == LongByPayload:
		sm.RegisterOptionalParam(pdu.Field{Tag: pdu.TagMessagePayload, Data: text})
		text = nil
	}
	if err := sm.Message.SetMessageDataWithEncoding(text, coding); err != nil {
		return errors.New("the part is longer than a message may be")
	}
	return nil
}

// userData gives a part's octets. A whole text comes as letters only.
func userData(part messaging.Part) ([]byte, error) {
	switch {
	case len(part.UserData) > 0 || part.Text == "":
		return part.UserData, nil
	case part.Coding == messaging.UCS2:
		return data.UCS2.Encode(part.Text)
	}
	return data.GSM7BIT.Encode(part.Text)
}

func (s *SMPPSettings) dataCoding(coding messaging.Coding) byte {
	if coding == messaging.UCS2 {
		return s.CodingUCS2
	}
	return s.CodingGSM7
}

// validity writes validity_period, SMPP 3.4 in 7.1.1.
func (s *SMPPSettings) validity(end, now time.Time) string {
	if end.IsZero() || s.Validity == ValidityNone {
		return ""
	}
	if s.Validity == ValidityAbsolute {
		return end.UTC().Format("060102150405") + "000+"
	}
	left := max(end.Sub(now).Round(time.Second), time.Second)
	const day = 24 * time.Hour
	days := min(left/day, 99)
	left -= left / day * day
	return fmt.Sprintf("0000%02d%02d%02d%02d000R", days, left/time.Hour, left/time.Minute%60, left/time.Second%60)
}

// address writes a number with the numbering that is set, or else the one that its form tells of: E.164 is international
// (1/1), a short code is network specific (3/0), letters are alphanumeric (5/0).
func address(number string, setting string) (pdu.Address, error) {
	digits := strings.TrimPrefix(number, "+")
	as := numbering{ton: 1, npi: 1}
	switch {
	case strings.Trim(digits, "0123456789") != "":
		digits, as = number, numbering{ton: 5}
	case digits == number && len(digits) <= shortCodeMost:
		as = numbering{ton: 3}
	}
	if set, err := readNumbering(setting); err == nil && set != nil {
		as = *set
	}
	if digits == "" || len(digits) > addressMost {
		return pdu.Address{}, fmt.Errorf("it must have 1 to %d octets", addressMost)
	}
	a := pdu.NewAddressWithTonNpi(as.ton, as.npi)
	return a, a.SetAddress(digits)
}

// written gives a number that arrived as people write it: an international one with its plus.
func written(a pdu.Address) string {
	const international = 1
	if number := a.Address(); a.Ton() != international || strings.HasPrefix(number, "+") {
		return number
	}
	return "+" + a.Address()
}

// concatenation finds in a user data header which parts a text has: 3GPP TS 23.040 in 9.2.3.24.1 (a reference of eight
// bits) and 9.2.3.24.8 (of sixteen).
func concatenation(header []byte) (reference uint16, place partOf, ok bool) {
	if len(header) == 0 || int(header[0]) != len(header)-1 {
		return 0, partOf{}, false
	}
	for rest := header[1:]; len(rest) >= 2 && len(rest)-2 >= int(rest[1]); rest = rest[2+int(rest[1]):] {
		body := rest[2 : 2+int(rest[1])]
		switch {
		case rest[0] == 0x00 && len(body) == 3:
			return uint16(body[0]), partOf{number: int(body[2]), of: int(body[1])}, true
		case rest[0] == 0x08 && len(body) == 4:
			return binary.BigEndian.Uint16(body), partOf{number: int(body[3]), of: int(body[2])}, true
		}
	}
	return 0, partOf{}, false
}

// partOf says which of how many parts something is. The zero value is no part of anything.
type partOf struct{ number, of int }
