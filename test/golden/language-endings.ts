/** Endings (and some beginnings) that each language's stemmers know: words of tests are made of them. */
export const ENDINGS: Readonly<Record<string, string>> = {
  arabic: `
    ات ال ان بال ة فال كال لل ه ها و وال ون ي ية ين يه`,
  armenian: `
    ա ալ ալուց ական ամբ անդ անիք անով անք անօց ատել ացավ ացար ացաք ացի ացին ացիք ացվել
    ացրինք աք բար ելով ելու եր երից երորդ եց եցա եցավ եցի եցին եցինք եցիր ը ըալ ի ին իվ
    ից կոտ յակ ն ները ների ներում ոնք ոջս ովին ոտել որակ ու ուդ ությանդ ությանը ությանս
    ություն ուհի ում ույթ ունք ուստ ուց պես սա ստան վան վանը վե վեցի վեցին վից վոր վում
    տել րորդ ց ցանք ցի ցնել ք`,
  basque: `
    ada ago alde aldea aroa atseden atze bera bide bidea duri duria duru eroa estu etara
    ezia ge gerren gerrena gilea gintzo gintzu go gunea handi ide idea kaldea kan karria
    kera keta kidea kintza kirri koia korra kotea kume kumea kunde larri larria men
    mentu min ngo ohi ontzia ordea oro osoa oste ostea pe pen pera rik sa tailea tako
    takoa taria tezina ttoa tun tuna txo tza tzale tzarra tzez una une zalea zaro zka zu
    ñi`,
  bengali: `
    ইতি ইতেছিলেন ইবা ইবি ইলা ইলে ইয়াছিলেন কে খানা খানি গুলি গুলো ছা ছিলা ছিলাম ছিলি ছিলে
    ছে টি ত তা তাম তেছে তেন দেরকে নি ব বা বি বে বেন রা লা লাম লে লেন া িতা িতাম িতি িতে
    িতেছ িতেছা িতেছি িতেছিলা িতেছিলি িতেছিলে িতেছিলেন িতেছিস িতেছে িতেছেন িতেন িবা িবি
    িবে িবেন িলা িলাম িলি িলে িয়াছা িয়াছি িয়াছিলাম িয়াছিলি িয়াছিলে িয়াছিলেন িয়াছিস িয়াছে
    ুক েছিলাম েছিলে েছিলেন েন ের েরা ো য়েদেরকে য়ের য়েরা য়োন`,
  brazilian: `
    a acoes ada adas ado ador adora adoras amentos ando ar areis ares ariam arias asse
    asseis assem assemos asses aste avamos avas aveis c e eis encia encias ente eram
    eras erei ereis erem eres eria eriamos esses este ezas i icas ico icos ida idade
    idos ieis imento imentos indo ira iram iramos iras irei irem iremos iriam iriamos
    irias irieis irmos is ismos isseis issem ista istas istes ivo logia n osa oso osos
    ou pt ucion`,
  bulgarian: `
    а е еве ен зи и ища ия ият о ове овци си та те то ци ът я ят`,
  catalan: `
    ació ad ada ador adora aremos ares arà aràs arían aseis ases asseu avem bles ed egar
    eixes ells encia eres eréis esquis esseu essin hi ialisme icis ics ieseis iesen
    iguem ini ions iréis irìeu isca isseu issiu iste istes itzeu iva ixa ixes iïn li
    lógics nces nos quíssim quíssims se selos sis toris tzar u ud us vos àrem èssiu és
    éssiu ìeu ía ícia íem íssima íssiu ívol ïdes ïen ïgueu ïsc ïssis ïu ïx ü`,
  caumanns: `
    ch chen e ei em er erin erinnen gege ie ig innen isch lein n nd s sch schen ss st t z ß
    äu`,
  czech: `
    ama ami at ata atech aty atům ech em emi es ete etem eti ich iho imu in mi os ou ov
    ovi ové us ách ám ého ém ému ích ího ím ími ímu ých ým ými čt ěmi ěte ětem ěti št ům
    ův`,
  danish: `
    dt e elig els en ende endes ene enes ens er ere ered erede eren erende erendes erens
    erer eres eret erets erne ernes ers es et ethed ets gd gt hed heden hedens heder
    heds ig kt lig løs løst s st`,
  dutch: `
    a aa baar bar c dd e ee en end ene gem heden heid i ig ing kk lijk o oo s se tt u uu
    y á ä é ë í ï ó ö ú ü`,
  dutch_kp: `
    'je 's 'tje achtig achtiger achtigst arij ars atie atief aus baar bb d de den dst en end
    ene erig eriger erigst erij ers es etje fie ft ge gie heden heid ien ies ieve ig iger
    igst ij ijen ing inkje ioneel ische isme iteit je kt laar le lijke lijker lijkst ll mpje
    naar nde nden pt raar rder re rntje s se sel ster t tant te tje tst v y z`,
  english: `
    able abli al aliti alize ant arsen at ate bb biliti bl ble bli canning commun cosmos
    dd die earli early earring ed edly ee eed eedly ence enci ent er exceed ff ful fulli
    fulness gener gg herring howe i ible ic ical icate iciti idly ies ing ingly ion ism
    iviti iz ization ize izer l lessli li lie ness nn ogi ous ousness s singly skies sky
    sses succeed t tie tion tt ugli ugly us y`,
  estonian: `
    a dakse joob juuakse jääksin jääksite jäävad keeksin keen keesi ki kk ksime käiksin
    käime käin laoksite le line loeksid loeksime looksime luua luuakse lõin löödi
    lööksite mai mist müüb müüdi müüma müün nuksite näeme näete nägemata nägi nähti oo
    põeksid põeksime saa saamata saame saan saate saime sime site sõin sööksin sööma
    söömata sööte söövad taks takse teed teeks teete too tooksid tooksite toome tt tõid
    va viiksid viiksin viima viin viisin viite viivad võib võime võin võis üü`,
  finnish: `
    a aa an at dellinen dellisuus den e ee ei eiden eja en han hde hen hon hön i ie ii
    imma immi immä ine inen j ja k kin ko ksen ksi kään kö lla lle lta ltä mme mpa mpi n
    na ne neen nei ni niin nne nnen nsa nsä ntena nä o pa po pä seen si siin ssa ssä sta
    sti stä t ta teen tse tta tten ttä u uu ä än ää öö`,
  french: `
    a abl able ais assent ateur ation atrice atrices aux cateur catrice ement ements
    ence ent er erais eriez erions eront esse ett eus euse euses ficateur ficatrice
    folle i ie ier ies ifs inage ion ique irez iriez isateur isation ismes issais issait
    issant issante isse issement issements issent issions it ition ité iv ive ives ième
    logie ments molle nnel nnelle par s tap teur teuse trice u ual âmes è ère èrent ète
    ées és ë îtes`,
  galician: `
    a aba abade abamo aban able aca ache acia ación aco ada ade ado age agem ai ais al alla
    allo amo an ana ando ao ar ara arade aramo aran arde are arei aremo aren aria ariade
    ariamo arian ario armo aron arra ará arán aría aríade aríamo aríei ase asede asemo asen
    asse assen aste astra astro ato au ava avan axe aza azo azón aça aço bilísima bilísimo
    ces cha cho ción dade dela dizo dor dísima dísimo e ear ede ego ei eira eiro eis ela
    ella ello elo emo en endo engo eou er era erade eramo eran erde ere erei eremo eren eria
    eriade eriamo erian ermo eron erá erán erão ería eríade eríamo erían eríei esco ese
    esedes esemo esen este eta ete eu exa exar exo ez eza gue i ia iade iamo ian iava ible
    ica iche icia ición ico ida ide ido idão ificar il imo in indo iona ir ira irade iramo
    irde ire irei iremo iren iria iriade iriamo irian irmo iron irá irán iría iríade iríamo
    irían iríei is isco ise isede isemo isen ises isse issen ista iste ita itar ito iu ivo
    iza izar iña iñar iño les lhar lher lho lhor m mente ncia nha nhar nho nhor ns nte nza o
    oa oide ois ola olo om omo ona ondo or ora osa oso ota ote ou que res s ses sión tizar
    tor uco uda udo uei ume ura uxa uxo uza uzo uça uía zes á ábade ábamo ábel áis án árade
    áramo árei ária ário ás ásede ásemo ássei ássemo ávamo ávei ável ázio â ã ães ão çom é
    éis érade éramo érrima érrimo ésedes ésemo ésima ésimo ê êramo êrei êssede êssei êssemo
    ía íade íamo ían íbel ída ído íei írade íramo ís ísede ísemo ísima ísimo íssede íssei
    íssemo íssima íssimo ístico ível ó óis ón ós ô ões`,
  german: `
    a e em en end er ern es est heit ig ik isch keit lich o s ss st u ung y ß ä ö ü`,
  german2: `
    ae aue e eig eisch em en end enlich er erheit erlich ern es est eye heit ig igkeit igung
    ik isch keit lich lichkeit nis nisses oe qu que s st ue uen ung ßen`,
  greek: `
    αγαν αγανε αδαπ αμ αμαλλι αται βαθυγαλ βραχμ γιαγι δ δαπ δε δωδεκαν εδεσ εκτελ εν
    ενοργ εστατ ετε ευθ εωσ ηθειτε ηθηκαμε ηθουνε ηθω ησατε ησει θ ιεσαστε ικου ιοσουν
    ιπ καθ καστ καταγαλ κρασπ κρε λουλ μαιντ μαλλ μαμ ματων μεδ μελ μπαμπ ν νταντ
    ξηροκλιβ οι ομ ομουνα ουμε ουσ π παρ περασ περατα περηφ πιθ πικρ πρ πρωτοδ σερτ σκελ
    σογιων σπ σπι τατογια τραγ τσ τσαγ υ υπερηφ υτερ φρ φωτα χασ χορτ χωρ ωτερ`,
  hindi: `
    एंगी एंगे कर ता ताएं ताओं ती तीं ते ना नाएं नाओं नी ने ा ाँ ां ाइए ाइयाँ ाइयां ाइयों
    ाई ाईं ाऊंगा ाऊंगी ाए ाएं ाएंगी ाएंगे ाएगा ाएगी ाओ ाओं ाओगी ाओगे ाकर ाता ाती ातीं
    ाते ाना ाने ाया ि िए ियाँ ियां ियों ी ीं ु ुआं ुएं ुओं ू ूंगा ूंगी े ें ेंगी ेंगे
    ेगा ेगी ो ों ोगी ोगे`,
  hungarian: `
    ad al am at atok ba ban bb be ben bol dd e ed eim eitek el em en ert estül et etek
    hez hoz id ig ik im ink itek itok ja jaink je juk kent kk mm n nak nal nek nel nk
    nny nál o od oké om on ot otok pp ra re rol rr ról stül tek tok tol uk ul unk va val
    ve vel vv vá áik áim ám ánk ék ért ük`,
  indonesian: `
    an be belajar ber di i kah kan ke ku lah me mem men meng meny mu nya pe pelajar pem
    pen peng peny per pun si ter`,
  irish: `
    abh ach acht achta achtúil adh aibh aimh aimid ain aire airí amh arc arcacht
    arcachta arcachtaí aímid aíocht aíochta b bh bhf bp c ch d dh dt eabh each eacht
    eachta eachtúil eamh f faidh fh fidh g gc gh gin gineach gineas ginis graf grafaíoch
    grafaíocht grafaíochta ibh imh imid ire irí m mb mh nd ng p paite patach patacha
    pataigh ph s sh t tar tear th áil ímid íocht íochta óid óideach óideacha óidigh`,
  italian: `
    abili amente ando ano ante anti anza anze ar arono ata ate ato atore atrice avate
    avo azioni cela celo cene emmo enda ende endo enze erebbe eresti erete erà essero
    ete evano evate evo gli gliela gliele h i ico immo irai ire irebbe iremmo iremo
    irete irà irò isca isce isci ista iste istà istì ita ito iv ivo lo logia logie mela
    mele mi ne ono os si tela tele teli usioni uzione á è ó ú`,
  krovetz: `
    able ably al ality ally ance ancy ation ative bed e ed eer ence ency er es ial ible ic
    ical ication ied ier ies ility ily iness ing ion ior ism ition ity ive ivity ization ize
    izer ly ment ness or ous s sses ting y ying`,
  latvian: `
    a ai ais ajai ajam ajiem ajos ajā ajām ajās am as bj e ei es i ie iem ij im is kš mj
    o os pj s u um us vj ā ām ās ē ēm ēs ī īm īs ļļ ļņ ņņ š šļ šņ ū žļ žņ`,
  lithuanian: `
    ai ain ais aisi aitė aitės amės asius asys at atės avime e enimis enyje eria erimi
    erys eryse erų esiu esys ia iai ias iaus iauti ie im ing io ioje iok iosna iumi iun
    iuoj iuot ius iąj iąs ki kite o om oms omÄs omės osna ote sit sitės terėti tumėme
    tumėtės tute ui uliuk umi umis uo uoj uot usi učiuk y yje ysna yt ąj ąsi č ė ėję ėme
    ėms ėt ėtės ūs ųsi`,
  lovins: `
    's a ability able ableness ably aceous acies acious acity action acy ae age ages aging
    aic aical aically al alism alist alistic alistically alities ality alize allic allically
    ally alness als ance anced ances ancial ancies ancing ancy ant antaneous antiality
    antialness antic ants ar arial aric aries arily ariness arisation arisations ariser
    aristic arity arizability arizable arization arizations arize arized arizer arizing arly
    aroid ars ary as ata atable ate ated ately ateness ates atic ating atingly ation ational
    ationally ations ative atively ativeness atives ativism ator ators atory ature axs bexs
    cids dexs e eableness eal ealy ear early eature ed edly eful efully ehood eity eless
    elihood elity ely ement en ence enced ences encible encies encing ency ends ene ened
    eness ening enly ent ental entally entation entations ented ential entiality entialize
    entially entialness entials entiate entiation enting entist ently entness ents eous
    eously eousness erids erts ery es ese ets exs ful fully fulness hers hood i ia ial
    ialist iality ialize ially ials ian ians ibility ible ibleness ibly ic ical icalism
    icalist icality icalize ically icalness icance icant ication ician icianry icians icide
    icism icist icists icity ics ide ides idine ied iedly ier iers ies ievs iful ifully
    ihood ily inate ination ine ines iness ing ingly ingness ings inism inity ion ional
    ionalism ionality ionalize ionally ionalness ionals ionate ioned ioning ionist ions ious
    iously iousness is isation ish ished ishness ism isms ist istic istical istically istics
    istrs ists ite iteness itic ities itous itousness ity ium ive ively iveness ivistic
    ivities ivity ixs izability izable ization izational izationally izations ize ized
    izement izer izers izing less lessly lessness lids lily luds luxs ly metrs mits ness
    nesses o ogen oid oidal oidally oides oidism olvs on onds one or otide ous ously ousness
    pands pexs rpts ruds s s' texs uads ucts uls um umpts urss us vads ward wise y ying yish
    yl yts yzs`,
  norwegian: `
    a ande ane ar are aren as ast aste dom dt e ede edes eig eleg elig elov els else
    elsen elser en ende endes ene enes ens er ere eren ers ert erte es est este et ets
    heit heita heiter het heten hetene hetenes hetens heter hetslov ig k leg leik leikar
    leiken lig lov s semd slov st te vt`,
  portuguese: `
    abil ad ada ado adora ais am ama amente amentos ar aram areis ares aria armos arás
    asse aste astes avam e eira eis em era eram erdes eres eriam es esa eu eza ia iaca
    iam ias ica ida idade idades ido inha ira irdes ireis ires iria is istes iu iv iva
    ivas logía mente na ns o ona ora osa osas osos uciones ámos ásseis áveis ável ância
    ães éis éreis ésseis ência íamos óis õ ões`,
  portuguese_rslp: `
    a abilidade abilíssimo ada adeiro adinho ado ador adão agem ai ais al alhão alismo
    alista alizado alizaç alístico am amento amo ando ano ante ar ara aram arde are arei
    arem aremo aria ariam armo arra arraz arrão ará arão aríamo aríei asse assem aste ativo
    atizado atizaç atoria atório auta ava avam aç aça aço bil cionista dor díssimo e ear
    edor edouro ei eira eiro eis em emo encial encialista endo ense ente eou er era eram
    erde ere erei erem eremo eria eriam ermo erá erão eríamo eríei esa esco esse essem este
    eu ez eza gue guem i ia ial iam iamento iava ica ice icionista ico ida idade ido idor
    idão ima imento imo inal indo inha inho iona ional ionar ionista ir ira iram irde ire
    irei irem iremo iria iriam irmo irá irão iríamo iríei is ismo isse issem ista iste itar
    iu iva ividade ivismo ivo izado izar izaç iç les mente mento na ns o omo ona ondo or ora
    oria osa oso ou queiro quice quinho res rio s sor tico tivo tizado tizar tizaç tor ual
    uei uinho uoso ura ural uça uía vel zarrão zinho zão á áramo árei ário ássei ássemo
    ástico áutico ávamo ávei ável ázio ância ã ães ão éis ério érrimo ésimo ê ência êramo
    êrei ês êssei êssemo êutico íaca íaco íamo ída ído íei íram íramo íssei íssemo íssimo
    ível óis ões`,
  romanian: `
    a abilităţi am anti aseră aserăţi ativi ată aşi aţi aţiune ea eau ează eaţi ele elor
    esc i iaţi ibil ibili ical icală icator icatori ici icitati icităţi iciva icive
    icivi icivă iei ile ilor im iră irăţi ise isem iseşi ism isme ist istă ite itive
    itori ită ităţi iua iuni ivitate ivităi oasa oase oşi sesem seserăţi seşi ul ură use
    uta uti ută uşi âi âm ârăm ârăţi âse âserăm âserăţi âşi ă ăsc ător ţ`,
  russian: `
    а ам ами ах ая вш вши вшись е ев его ее еи ей ем ему ено ери ею ея ивш ившись ией
    ием ий или им ими ить их ишь ию ия иям иями иях й ла ли ло ми н на нн нно ов ого ое
    оев ой ом ому ост оьв ою оям оями оях уй ую уют ующ ыв ывш ывши ые ый ыл ым ыми ыть
    ых ь ьв юю ям ями ях яя ём`,
  sorani: `
    ان انی انە ایە تان دا مان نا کان کە ی یان یانی یانە یەک یەکی ێک ێکی ە ەوە ەکان ەکە
    ەیە`,
  spanish: `
    aba aban abas abil aciones ación adas ado amente amiento ancia ando antes anzas ara
    aran aremos arán aré aréis aseis asen ases e ente eré eríamos es g ible ica icas
    idades ido ieran iese iesen imientos iremos irá irán irás iríais iríamos irían ismos
    ista isteis ivo ivos iéramos ió la le les lo me mente nos osa oso osos sela selas
    selo selos uciones yais yas ye yen yes áis éis í ía íais ían ís ó`,
  swedish: `
    a ad ade ades ande anden andes andet ar are aren arens arna arnas arne as ast aste
    at dd dt e els else elser en ens er ern erna ernas erns es et full fullt gd gt het
    heten hetens heter heterna ig kt lig lös löst nn or orna ornas s te tt`,
  turkish: `
    a casına ce da dan de di dik dim din duk dum dun dur dük düm dün dür dır g im in ki
    lar ları le leri m miz miş müz müş mız na ndan nde nden ne ni niz nuz nüz nı p s sak
    se sem sin sunuz sün sünüz sın t ta te ten ti tik tir tur tü tük tüm tün tı tık tım
    tır u um un uz y ç ü üz ı ım ın`,
};
