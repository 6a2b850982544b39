package password

// keyboardRows are walks over a keyboard, forwards and backwards.
const keyboardRows = `
qwertyuiop poiuytrewq qwertzuiop azertyuiop asdfghjkl lkjhgfdsa zxcvbnm mnbvcxz yxcvbnm
qwerty ytrewq qwertz azerty asdfgh asdfghj zxcvbn qwertyui qwertyuio 1qaz2wsx3edc 1qaz2wsx 2wsx3edc
qazwsxedc qazwsx wsxedc zaqxsw zaq12wsx zaq1xsw2 1q2w3e4r5t6y 1q2w3e4r5t 1q2w3e4r 1q2w3e 1a2b3c4d a1b2c3d4
q1w2e3r4t5y6 q1w2e3r4t5 q1w2e3r4 q1w2e3 qweasdzxc qweasd asdzxc asdfqwer qwerasdf qwer1234 1234qwer asdf1234
1234asdf abcd1234 1234abcd abc123 123abc 123qwe qwe123 147258369 741852963 159357 789456123 123321 112233 121212
`

// commonPasswords are passwords, and the words they are made of, that turn up
// first in every published leak. They are folded to lower case and have the
// substitutes of undoSubstitutes put back. Derivatives need no line of their own.
const commonPasswords = `
password passwords passwort passw passcode passphrase mypassword newpassword oldpassword changeme changeit changethis
letmein letmeinnow welcome welcomeback iloveyou iloveyouso iloveu ihateyou loveyou lovely loverboy lovebug
administrator admin adminadmin rootroot superuser superadmin sysadmin webmaster operator manager supervisor
default guest testing tester testtest testuser testpassword demo demouser sample example temporary temppass
secret topsecret secrets private access accessdenied security secure master masterkey login logmein signin
account accounts service services support helpdesk customer company business office internet intranet network
computer computers desktop laptop windows windowsxp microsoft macintosh samsung android iphone google facebook
youtube linkedin twitter instagram yahoo hotmail gmail adobe photoshop oracle database server servers backup
latchkey sunshine princess football baseball basketball softball volleyball hockey soccer tennis cricket swimming
superman batman spiderman wolverine ironman captain america captainamerica starwars startrek skywalker darthvader
pokemon pikachu dragon dragonball naruto minecraft fortnite roblox warcraft counterstrike nintendo playstation xbox
michael michelle jennifer jessica jonathan christopher christian christina elizabeth alexander alexandra alexandre
benjamin nicholas nicole natasha stephanie stephen samantha patricia patrick danielle daniel caroline charlotte
charlie victoria victor veronica vanessa valentina valeria thomas theresa gabriel gabriela francisco fernando
ferrari mercedes porsche mustang corvette chevrolet chevy toyota honda yamaha kawasaki suzuki harley harleydavidson
cowboys redskins steelers packers yankees redsox lakers chicago bulldogs broncos raiders eagles dolphins
liverpool arsenal chelsea manchester manutd manchesterunited realmadrid barcelona juventus bayern celtic rangers
butterfly sunflower strawberry chocolate cheesecake cupcake cookie cookies banana cherry blueberry watermelon
pineapple peaches orange purple yellow crystal diamond rainbow unicorn mermaid angel angels fairy princesa
blessed blessing jesus jesuschrist jesuslovesme godisgood heaven forever forgiven faithful believe grace hallelujah
monkey tigger tiger panther leopard elephant dolphin penguin turtle rabbit hamster kitten kitty hellokitty puppy
doggie buster bailey maggie shadow ginger pepper smokey rocky sparky midnight snowball snowflake snoopy garfield
whatever nothing something anything everything somebody nobody anybody forgetit forgotten remember
trustno trustme trustnoone letsgo openup opensesame abracadabra hocuspocus magic mystery matrix phoenix pharaoh
summer winter spring autumn january february march april august september october november december
monday tuesday wednesday thursday friday saturday sunday birthday christmas halloween
hello helloworld goodbye goodluck goodmorning goodday hellohello morning freedom liberty victory champion winner
sexy sexygirl badboy badgirl bigdaddy bigboy babygirl babyboy babydoll daddysgirl mylove mybaby myself
beautiful gorgeous handsome sweetheart sweetie honeybee darling cutiepie lollipop sugar candy
killer hunter ranger sniper soldier warrior gladiator spartan viking samurai ninja assassin gangster gangsta
metallica nirvana slipknot linkinpark greenday blink beatles eminem tupac music guitar drummer
thunder lightning hurricane tornado blizzard avalanche volcano mountain mountains ocean sunset sunrise starlight
corona coronavirus scooter scoobydoo mickey mickeymouse minnie donald simpsons homer southpark spongebob
london paris berlin newyork newyorkcity california florida texas brooklyn boston dallas australia canada england
germany france brazil mexico italy russia india pakistan
money million millionaire dollar dollars lottery jackpot casino
correct horse battery staple correcthorsebatterystaple tobeornottobe maytheforcebewithyou
onetwothree onetwothreefour abcdefgh abcdefghij onceuponatime thequickbrownfox
asdasd qweqwe zxczxc asdasdasd qweqweqwe aaaaaa
`
