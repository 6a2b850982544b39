// Walks through Intelliview sessions, companies, users and groups with the npm packages soap and xmldom:
// node intelliview.cjs 1.1|1.2
'use strict';
const { randomBytes } = require('node:crypto');
const { DOMImplementation, DOMParser, XMLSerializer } = require('@xmldom/xmldom');
const { setting, connect, invoke, step, fail } = require('./step.cjs');

const AWKWARD = 'A&B <"Söhne"> \'x\' 👋 שלום العربية';

const short = `NODE${randomBytes(5).toString('hex')}`;
let client;

/** Invokes one operation and gives the document that its string holds. */
async function ask(operation, parameters) {
  const text = await invoke(client, operation, parameters);
  const errorHandler = (level, problem) => fail(`${operation} answered ${text}: ${problem}`);
  const { documentElement: root } = new DOMParser({ errorHandler }).parseFromString(text, 'text/xml');
  if (root.tagName !== 'ResponseMessage') fail(`${operation} answered ${text}`);
  const all = (name) => Array.from(root.getElementsByTagName(name));
  const get = (name, attribute) => all(name)[0]?.getAttribute(attribute);
  const direct = (name, attribute) => Array.from(root.childNodes).find((child) => child.tagName === name)?.getAttribute(attribute);
  const says = (id) => direct('Message', 'ID') === id && direct('Response', 'Message') !== '';
  return { all, get, direct, says, toJSON: () => text };
}

function initialize(company, user, password) {
  return ask('ivnInitializeSession', {
    CompanyShortName: company,
    UserName: user,
    Password: password,
    Timeout: 0,
    AuthType: 1,
    ApplicationType: 1,
    Language: 'en',
    ExtraParam: '',
  });
}

/** Writes the document of a company's administrator. */
function adminUser(details) {
  const document = new DOMImplementation().createDocument(null, 'AdminUserDetails');
  for (const [name, value] of Object.entries(details)) {
    document.documentElement.appendChild(document.createElement(name)).appendChild(document.createTextNode(value));
  }
  return new XMLSerializer().serializeToString(document);
}

async function walk() {
  client = await connect(setting('IVN_WSDL'), process.argv[2]);

  const other = await initialize(setting('IVN_COMPANY'), setting('IVN_USERNAME'), setting('IVN_PASSWORD'));
  step('ivnInitializeSession gives a token in the shape of a GUID and the id of the company',
    other.says('SYN_REP_INFO_7503') && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(other.direct('Session', 'Token'))
    && Number(other.direct('Company', 'ID')) > 0 && other.direct('Version', 'No') === '1.3.1.1', other);

  const above = await founded();
  const own = await signedIn();
  await usersAndGroups(own);

  const foreign = await ask('ivnGetUserDetails', { ...own, CompanyID: other.direct('Company', 'ID'), GroupName: '', UserName: '' });
  step("another company's id gives 7511, with that id",
    foreign.says('SYN_REP_ERROR_7511') && foreign.direct('Company', 'ID') === other.direct('Company', 'ID'), foreign);

  const closed = await ask('ivnCloseSession', { ...own, UserName: 'admin', Password: 'the pass & <word>' });
  step('ivnCloseSession ends the session',
    closed.says('SYN_REP_INFO_7540') && closed.direct('Session', 'Token') === own.SessionToken, closed);

  for (const [what, token] of Object.entries({ 'the closed token': own.SessionToken, 'an empty token': '' })) {
    const dead = await ask('ivnGetGroupDetails', { SessionToken: token, CompanyID: own.CompanyID, GroupName: '' });
    step(`${what} gives 7501`, dead.says('SYN_REP_ERROR_7501'), dead);
  }
  const alive = await ask('ivnGetCompanyDetailsByID', { ...above, CompanyID: own.CompanyID });
  step('and the other session goes on', alive.all('Message').length === 0 && alive.all('CompanyDetails').length === 1, alive);
}

/** Founds the company through NEW and makes it active; gives what the super administrator's calls carry. */
async function founded() {
  const session = await initialize('NEW', setting('IVN_SUPER_USERNAME'), setting('IVN_SUPER_PASSWORD'));
  step('a super administrator opens a session with NEW', session.says('SYN_REP_INFO_7503'), session);
  const above = { SessionToken: session.direct('Session', 'Token') };

  const created = await ask('ivnCreateCompany', {
    ...above,
    CompanyShortName: short,
    CompanyName: AWKWARD,
    CompanyDescription: AWKWARD,
    CompanyWebURL: 'https://example.com/?a=1&b=2',
    AdminUserXML: adminUser({
      FirstName: AWKWARD,
      LastName: 'Admin',
      UserName: 'admin',
      EmailID: 'admin@example.com',
      Password: 'the pass & <word>',
      PhoneNo: '1',
    }),
    ExtraParam: '',
  });
  const id = created.direct('Company', 'ID');
  step('ivnCreateCompany founds a company', created.says('SYN_REP_INFO_7505') && Number(id) > 0, created);

  const early = await initialize(short, 'admin', 'the pass & <word>');
  step('nobody signs in to it before it is active',
    early.says('SYN_REP_ERROR_7509') && early.all('Company').length === 0, early);

  const active = await ask('ivnUpdateCompany', {
    ...above, CompanyID: id, CompanyDescription: `${AWKWARD}!`, CompanyActiveStatus: true, ExtraParam: '',
  });
  step('ivnUpdateCompany makes it active', active.says('SYN_REP_INFO_7506'), active);

  const ways = { ivnGetCompanyDetailsByID: { CompanyID: id }, ivnGetCompanyDetails: { CompanyShortName: short } };
  for (const [operation, which] of Object.entries(ways)) {
    const read = await ask(operation, { ...above, ...which });
    step(`${operation} reads it back, every character of it`,
      read.all('Message').length === 0 && read.get('Company', 'ID') === id && read.get('Company', 'CompanyName') === AWKWARD
      && read.get('Company', 'CompanyDescription') === `${AWKWARD}!` && read.get('Company', 'CompanyActiveStatus') === 'True'
      && read.get('User', 'FirstName') === AWKWARD, read);
  }

  const every = await ask('ivnGetAllCompanyDetails', above);
  step('ivnGetAllCompanyDetails lists it among others',
    every.all('CompanyDetails').length > 1
    && every.all('Company').filter((company) => company.getAttribute('CompanyShortName') === short).length === 1, every);
  return above;
}

/** Signs the company's administrator in; gives what its calls carry. */
async function signedIn() {
  const session = await initialize(short, 'admin', 'the pass & <word>');
  step('its administrator signs in with its short name', session.says('SYN_REP_INFO_7503'), session);

  const refused = await initialize(short, 'admin', 'not the password');
  step('a wrong password gives HTTP 200 and 5086, and no token',
    refused.says('SYN_REP_ERROR_5086') && refused.all('Session').length === 0, refused);
  return { SessionToken: session.direct('Session', 'Token'), CompanyID: session.direct('Company', 'ID') };
}

async function usersAndGroups(own) {
  const group = await ask('ivnCreateGroup', {
    ...own, GroupName: AWKWARD, GroupDescription: AWKWARD, UserNameList: { string: ['admin'] },
  });
  step('ivnCreateGroup adds a group', group.says('SYN_REP_INFO_7564') && Number(group.direct('Group', 'ID')) > 0, group);

  const user = await ask('ivnCreateUser', {
    ...own,
    UserName: AWKWARD,
    Password: 'first',
    FirstName: AWKWARD,
    LastName: 'User',
    EmailID: 'u@example.com',
    Department: 'R&D',
    PhoneNo: '2',
    GroupNameList: { string: [AWKWARD] },
    AdminUser: false,
  });
  step('ivnCreateUser adds a user', user.says('SYN_REP_INFO_7562') && Number(user.direct('User', 'ID')) > 0, user);

  const changed = await ask('ivnUpdateUser', {
    ...own,
    UserID: user.direct('User', 'ID'),
    Password: 'second',
    FirstName: AWKWARD,
    LastName: 'Changed',
    EmailID: 'new@example.com',
    Department: 'R&D',
    PhoneNo: '3',
    GroupNameList: { string: [AWKWARD] },
  });
  step('ivnUpdateUser changes the user', changed.says('SYN_REP_INFO_7563'), changed);

  const users = await ask('ivnGetUserDetails', { ...own, GroupName: AWKWARD, UserName: AWKWARD });
  step('ivnGetUserDetails reads the user back, every character of it',
    users.all('User').length === 1 && users.get('User', 'UserName') === AWKWARD
    && users.get('User', 'UserFullName') === `${AWKWARD} Changed` && users.get('User', 'GroupNameList') === AWKWARD
    && users.get('User', 'Emailid') === 'new@example.com', users);

  const regrouped = await ask('ivnUpdateGroup', {
    ...own,
    GroupID: group.direct('Group', 'ID'),
    GroupDescription: `${AWKWARD}!`,
    UserNameList: { string: ['admin', AWKWARD] },
  });
  step('ivnUpdateGroup changes the group, and calls that an ERROR', regrouped.says('SYN_REP_ERROR_7565'), regrouped);

  const groups = await ask('ivnGetGroupDetails', { ...own, GroupName: '' });
  step('ivnGetGroupDetails reads the group back, every character of it',
    groups.all('Group').length === 1 && groups.get('Group', 'GroupName') === AWKWARD
    && groups.get('Group', 'GroupDescription') === `${AWKWARD}!`
    && groups.get('Group', 'UserNameList') === `admin, ${AWKWARD}`, groups);

  const signed = await initialize(short, AWKWARD, 'second');
  step('the user signs in with its new password', signed.says('SYN_REP_INFO_7503'), signed);
}

walk();
