// A message centre for tests, on the npm package smpp. It is told what to do by JSON lines on its standard input and
// answers each with a line; smsctest.go is the other side. It ends with its input.
//
// It counts every text that it takes, by number and letters, before it does anything else with it, and never forgives
// one that comes twice: "taken" lists them with how often they came.
'use strict';
const fs = require('fs');
const readline = require('readline');
const smpp = require('smpp');

const config = JSON.parse(process.argv[2]);
const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');

let behaviour = {};
let acts = []; // what happens to the next submits, one each
const late = []; // answers to submits with the act late, which wait until they are told to go
let turn = 0; // counts submits, for acts that come every so often
const sessions = new Set();
const taken = new Map(); // number, letters and part -> {to, text, times, id}
const received = []; // every submit_sm as it came, the last thousands of them
const stats = { connections: 0, binds: 0, refused_binds: 0, submits: 0, taken: 0, doubles: 0, most_open: 0, enquiries: 0,
  receipts: 0, refused_receipts: 0, cuts: 0, early: 0, acts: {} };
let lastID = 1000;

// letters gives the letters of a text.
function letters(pdu) {
  const message = pdu.message_payload || pdu.short_message;
  return message && message.message !== undefined ? message.message : message;
}

// time writes the time that the package has read.
function time(value) {
  return value instanceof Date ? value.toISOString() : String(value || '');
}

function keyOf(pdu) {
  const udh = pdu.short_message && pdu.short_message.udh;
  const part = udh ? udh.map((u) => Buffer.from(u).toString('hex')).join(',') : '';
  const sar = pdu.sar_total_segments ? `${pdu.sar_msg_ref_num}/${pdu.sar_segment_seqnum}` : '';
  return [pdu.destination_addr, String(letters(pdu)), part, sar].join('|');
}

function note(pdu, act) {
  stats.submits++;
  stats.acts[act] = (stats.acts[act] || 0) + 1;
  const udh = pdu.short_message && pdu.short_message.udh;
  received.push({
    sequence: pdu.sequence_number, from: pdu.source_addr, from_ton: pdu.source_addr_ton, from_npi: pdu.source_addr_npi,
    to: pdu.destination_addr, to_ton: pdu.dest_addr_ton, to_npi: pdu.dest_addr_npi, text: String(letters(pdu)),
    coding: pdu.data_coding, esm_class: pdu.esm_class, validity: time(pdu.validity_period),
    registered: pdu.registered_delivery, udh: udh ? udh.map((u) => Buffer.from(u).toString('hex')).join('') : '',
    payload: pdu.message_payload !== undefined, sar: pdu.sar_total_segments ?
      `${pdu.sar_msg_ref_num}:${pdu.sar_segment_seqnum}/${pdu.sar_total_segments}` : '',
    reference: pdu.user_message_reference === undefined ? -1 : pdu.user_message_reference, act,
  });
  if (received.length > 30000) received.shift();
}

// take keeps a text, as a message centre does that will deliver it.
function take(pdu) {
  const key = keyOf(pdu);
  const known = taken.get(key);
  const id = String(++lastID);
  stats.taken++;
  if (known) {
    stats.doubles++;
    known.times++;
  } else {
    taken.set(key, { to: pdu.destination_addr, text: String(letters(pdu)), times: 1, id });
  }
  if (behaviour.receipts && behaviour.receipts !== 'none' && pdu.registered_delivery) queueReceipt(pdu, id);
  return id;
}

// ---- receipts

let waiting = []; // receipts that no session has kept yet
let delivering = 0;

function receiptFor(pdu, id, state, word) {
  const shown = behaviour.receipt_base === 'hex' ? Number(id).toString(16).toUpperCase() : id;
  const deliver = { source_addr: pdu.destination_addr, source_addr_ton: pdu.dest_addr_ton, source_addr_npi: pdu.dest_addr_npi,
    destination_addr: pdu.source_addr, dest_addr_ton: pdu.source_addr_ton, dest_addr_npi: pdu.source_addr_npi,
    esm_class: 4, data_coding: 0 };
  if (behaviour.receipts !== 'tlv') {
    deliver.short_message = `id:${shown} sub:001 dlvrd:001 submit date:2611220100 done date:2611220101 ` +
      `stat:${word} err:000 text:${String(letters(pdu)).slice(0, 20)}`;
  } else {
    deliver.short_message = '';
  }
  if (behaviour.receipts !== 'text') {
    deliver.receipted_message_id = shown;
    deliver.message_state = state;
  }
  if (pdu.user_message_reference !== undefined) deliver.user_message_reference = pdu.user_message_reference;
  return deliver;
}

function queueReceipt(pdu, id) {
  const all = [];
  const odd = Number(id) % (behaviour.odd_every || 1) === 0;
  if (odd && behaviour.receipt_steps) all.push(receiptFor(pdu, id, 1, 'ENROUTE'));
  const failed = behaviour.receipt_fails;
  all.push(failed ? receiptFor(pdu, id, 5, 'UNDELIV') : receiptFor(pdu, id, 2, 'DELIVRD'));
  if (odd && behaviour.receipt_shuffle) all.reverse(); // the last word comes first
  if (odd && behaviour.receipt_twice) all.push(...all.map((r) => Object.assign({}, r)));
  setTimeout(() => {
    waiting.push(...all);
    pump();
  }, behaviour.receipt_delay || 0);
}

// pump gives what waits to a session that listens. What isn't kept is said again.
function pump() {
  while (waiting.length > 0 && delivering < 20 && !behaviour.hold) {
    const session = [...sessions].find((s) => s.hears && !s.gone);
    if (!session) return;
    const one = waiting.shift();
    delivering++;
    session.unheard.add(one);
    const sent = session.deliver_sm(Object.assign({}, one), (answer) => {
      if (!session.unheard.delete(one)) return;
      delivering--;
      if (answer.command_status === 0) {
        stats.receipts++;
      } else {
        stats.refused_receipts++;
        setTimeout(() => { waiting.push(one); pump(); }, 100);
      }
      pump();
    });
    if (!sent) lose(session);
  }
}

function lose(session) {
  session.gone = true;
  sessions.delete(session);
  for (const one of session.unheard) {
    waiting.unshift(one);
    delivering--;
  }
  session.unheard.clear();
  setImmediate(pump);
}

// ---- sessions

function actFor() {
  turn++;
  if (acts.length > 0) return acts.shift();
  for (const rule of behaviour.faults || []) {
    if (turn % rule.every === (rule.at || 0)) return rule.act;
  }
  return behaviour.act || 'ok';
}

function cut(session) {
  stats.cuts++;
  session.gone = true;
  session.socket.destroy();
}

function submit(session, pdu) {
  const act = actFor();
  note(pdu, act);
  session.open++;
  stats.most_open = Math.max(stats.most_open, session.open);
  const answer = (options, then) => setTimeout(() => {
    session.open--;
    if (!session.gone) session.send(pdu.response(options), undefined, then);
  }, behaviour.answer_delay || 0);
  switch (act) {
    case 'throttle': return answer({ command_status: smpp.ESME_RTHROTTLED });
    case 'queue_full': return answer({ command_status: smpp.ESME_RMSGQFUL });
    case 'cut_untaken': return cut(session); // it never got as far as being kept
    case 'cut_before': take(pdu); return cut(session); // kept, and the answer never left
    case 'cut_after': return answer({ message_id: take(pdu) }, () => cut(session));
    case 'ignore': take(pdu); return undefined; // kept, never answered
    case 'late': { // kept, answered when nobody waits any more
      const id = take(pdu);
      const go = () => { session.open--; if (!session.gone) session.send(pdu.response({ message_id: id })); };
      if (behaviour.late) setTimeout(go, behaviour.late);
      else late.push(go);
      return undefined;
    }
    case 'bare': take(pdu); return answer({ message_id: '' });
    case 'ok': return answer({ message_id: take(pdu) });
    case 'nack': session.open--; return nack(session, pdu);
    default: return answer({ command_status: Number(act) });
  }
}

function nack(session, pdu) {
  session.send(new smpp.PDU('generic_nack', { sequence_number: pdu.sequence_number }));
}

function bind(session, pdu) {
  if (behaviour.bind === 'silent') return;
  if (behaviour.bind === 'nack') return void nack(session, pdu);
  if (behaviour.bind === 'close') return void session.close();
  if (pdu.system_id !== config.system_id || pdu.password !== config.password) {
    stats.refused_binds++;
    session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD })); // a header without a body, as the package has it
    return void session.close();
  }
  setTimeout(() => {
    session.bound = true;
    stats.binds++;
    session.send(pdu.response({ system_id: 'centre' }));
    session.hears = pdu.command !== 'bind_transmitter';
    session.sends = pdu.command !== 'bind_receiver';
    setImmediate(pump);
  }, behaviour.bind_delay || 0);
}

function meet(session) {
  stats.connections++;
  Object.assign(session, { open: 0, unheard: new Set(), hears: false, gone: false });
  sessions.add(session);
  session.on('error', () => lose(session));
  session.on('close', () => lose(session));
  session.on('pdu', (pdu) => {
    if (behaviour.silent) return;
    if (!session.bound && !pdu.command.startsWith('bind_')) stats.early++;
    if (pdu.command.startsWith('bind_') && !pdu.isResponse()) return void bind(session, pdu);
    if (pdu.command === 'submit_sm') {
      if (session.sends) return void submit(session, pdu);
      return void session.send(pdu.response({ command_status: smpp.ESME_RINVBNDSTS }));
    }
    if (pdu.command === 'enquire_link') {
      stats.enquiries++;
      return void session.send(pdu.response());
    }
    if (pdu.command === 'unbind') {
      session.hears = false; // nothing is delivered to it while it closes
      session.send(pdu.response());
      return void session.close();
    }
    return undefined;
  });
}

// ---- commands

function deliver(command, reply) {
  const session = [...sessions].find((s) => s.hears && !s.gone);
  if (!session) return void reply({ error: 'nobody listens' });
  const options = Object.assign({ source_addr_ton: 1, source_addr_npi: 1 }, command.pdu);
  if (command.hex !== undefined) options.short_message = Buffer.from(command.hex, 'hex');
  if (command.udh) options.short_message = { udh: Buffer.from(command.udh, 'hex'), message: options.short_message };
  const sent = session[command.as || 'deliver_sm'](options, (answer) => reply({ status: answer.command_status }));
  if (!sent) reply({ error: 'the connection is gone' });
  return undefined;
}

function enquire(reply) {
  const asked = [...sessions].filter((s) => s.bound && !s.gone);
  let answers = 0;
  if (asked.length === 0) return void reply({ answers });
  for (const s of asked) {
    s.enquire_link({}, () => {
      answers++;
      if (answers === asked.length) reply({ answers });
    });
  }
  return undefined;
}

const commands = {
  behave: (c, reply) => { behaviour = c.behaviour; turn = 0; pump(); reply({}); },
  next: (c, reply) => { acts.push(...c.acts); reply({}); },
  cut: (c, reply) => { for (const s of sessions) cut(s); reply({}); },
  stats: (c, reply) => reply({ stats: Object.assign({ sessions: sessions.size, waiting: waiting.length + delivering }, stats) }),
  taken: (c, reply) => reply({ taken: [...taken.values()] }),
  submits: (c, reply) => reply({ submits: received }),
  deliver,
  answer: (c, reply) => { for (const go of late.splice(0)) go(); reply({}); },
  enquire: (c, reply) => enquire(reply),
  unbind: (c, reply) => { for (const s of sessions) s.unbind({}); reply({}); },
  raw: (c, reply) => { for (const s of sessions) s.socket.write(Buffer.from(c.hex, 'hex')); reply({}); },
};

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const command = JSON.parse(line);
  commands[command.do](command, (answer) => say(Object.assign({ n: command.n }, answer)));
}).on('close', () => process.exit(0));

const options = config.key ? { key: fs.readFileSync(config.key), cert: fs.readFileSync(config.cert) } : {};
const server = smpp.createServer(options, meet);
server.on('tlsClientError', () => {});
server.on('error', (e) => { console.error(e); process.exit(1); });
server.listen(0, '127.0.0.1', () => say({ listening: server.address().port }));
