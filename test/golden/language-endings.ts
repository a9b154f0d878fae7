/** Endings (and some beginnings) that each language's stemmers know: words of tests are made of them. */
export const ENDINGS: Readonly<Record<string, string>> = {
  arabic: `
    ات ال ان بال ة فال كال لل ه ها و وال ون ي ية ين يه`,
  armenian: `
    ա ալ ալուց ական ամբ անդ անիք անօց ատել ացավ ացար ացաք ացի ացին ացիք ացվել ացրինք աք
    բար ելով ելու եր երից երորդ եց եցավ եցի եցին եցինք եցիր ը ըալ ին իվ ից կոտ յակ ն
    ները ների ներում ոնք ոջս ովին ոտել ու ուդ ությանդ ությանս ություն ում ույթ ունք ուստ
    ուց պես սա ստան վան վանը վե վեցին վից վոր վում տել ց ցանք ցի ք`,
  basque: `
    ada alde aldea aroa atze bera bide bidea duri duria eroa estu etara ge gerrena gilea
    gintzo gintzu go gunea handi ide idea kaldea kan karria kera keta kidea kintza kirri
    koia korra kotea kumea larri larria men mentu min ngo ohi ontzia ordea osoa ostea pe
    pen pera rik sa tailea tako takoa taria ttoa tun tuna txo tza tzale tzarra tzez una
    une zalea zaro zka zu ñi`,
  bengali: `
    ইতি ইবা ইলা ইলে খানা খানি গুলি গুলো ছা ছিলা ছিলাম ছিলি ত তা তাম তেছে তেন দেরকে নি ব
    বা বি বে বেন রা লা লাম লে লেন া িতা িতাম িতি িতে িতেছ িতেছা িতেছিলা িতেছিলি িতেছিলে
    িতেছিলেন িতেছিস িতেছে িতেছেন িতেন িবা িবি িবে িবেন িলা িলাম িলে িয়াছা িয়াছি িয়াছিলাম
    িয়াছিলি িয়াছিলে িয়াছিলেন িয়াছিস িয়াছে ুক েছিলাম েছিলে েছিলেন েন েরা ো য়েদেরকে য়ের
    য়েরা য়োন`,
  brazilian: `
    a acoes ada adas ado ador adora amentos ando ar areis ares ariam arias asse asseis
    assem assemos asses aste avas aveis c e eis encia encias eram eras erei erem eria
    eriamos esses ezas i icas ico icos ida idade idos ieis indo ira iram iramos iras
    irei irem iremos iriam iriamos irias irieis irmos is ismos isseis issem istas istes
    ivo logia n osa oso osos pt ucion`,
  bulgarian: `
    а е еве ен зи и ища ия ият о ове овци си та те то ци ът я ят`,
  catalan: `
    ació ad ada ador adora aremos ares arà aràs arían aseis asseu avem ed eixes encia
    eres eréis esquis esseu essin hi ialisme ieseis iesen iguem ini ions iréis irìeu
    isca isseu iste istes itzeu ixa ixes li lógics nos quíssim quíssims se selos sis
    toris tzar u ud us vos àrem èssiu és éssiu ìeu ía ícia íem íssima íssiu ívol ïdes
    ïen ïgueu ïsc ïssis ïu ïx ü`,
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
  english: `
    able abli al aliti alize ant arsen at bb biliti bli canning commun cosmos dd die
    earli early edly eed eedly ence enci ent er exceed ff ful fulli fulness gener gg
    herring i ible ic ical icate iciti idly ies ingly ion ism iz ization ize izer l
    lessli li lie ness nn ogi ous ousness s singly skies sky sses t tie tion tt ugli
    ugly us y`,
  estonian: `
    dakse joob juuakse jääksin jäävad keeksin keesi ki kk ksime käiksin käime käin
    laoksite le loeksid loeksime looksime luua luuakse lõin löödi lööksite mai mist müüb
    müüdi müüma müün nuksite näete nägemata nägi nähti oo põeksid põeksime saa saamata
    saame saate saime sime site sõin sööksin sööma söömata sööte söövad taks takse teed
    teeks teete too tooksid tooksite toome tt tõid va viiksid viiksin viima viin viisin
    võime võis üü`,
  finnish: `
    a an at dellinen den e ee ei eiden eja en han hen hon hön i ie ii imma immi immä ine
    j ja k kin ko ksi kään kö lle lta ltä mme mpa mpi n na neen nei ni niin nne nnen nsa
    nsä nä o pa po pä seen si siin ssa ssä sti stä t ta teen tta tten ttä u uu ä än ää
    öö`,
  french: `
    a abl able ais ante as assent asses ation atrice atrices aux cateur col ements ence
    ent er erais eriez erions eront ett eus euses folle i ier ies if ifs ion irez iriez
    ismes issais issait issant issante issantes isse issement issements issent issions
    it ition ité iv ives ièr log logie logies ments par s tap u utions y âmes è èrent
    ète ées és ë ît îtes`,
  german: `
    a e em en end er ern es est heit ig ik isch keit lich o s ss st u ung y ß ä ö ü`,
  greek: `
    αγαν αγανε αδαπ αμ αμαλλι αται βαθυγαλ βραχμ γιαγι δ δε δωδεκαν εδεσ εν ενοργ εστατ
    ετε ευθ ηθειτε ηθηκαμε ηθουνε ηθω ησατε ησει θ ιεσαστε ικου ιοσουν ιπ καθ καστ
    καταγαλ κρασπ κρε λουλ μαιντ μαλλ μαμ ματων μεδ μελ ν ξηροκλιβ οι ομουνα ουμε ουσ π
    παρ περασ περατα περηφ πιθ πρ πρωτοδ σκελ σογιων σπ σπι τατογια τραγ τσ τσαγ υ
    υπερηφ υτερ φωτα χασ χωρ ωτερ`,
  hindi: `
    एंगी एंगे कर ता ताएं ताओं ती तीं ते ना नाएं नाओं नी ने ा ाँ ां ाइए ाइयाँ ाइयां ाइयों
    ाई ाईं ाऊंगा ाऊंगी ाए ाएं ाएंगी ाएंगे ाएगा ाएगी ाओ ाओं ाओगी ाओगे ाकर ाता ाती ातीं
    ाते ाना ाने ाया ि िए ियाँ ियां ियों ी ीं ु ुआं ुएं ुओं ू ूंगा ूंगी े ें ेंगी ेंगे
    ेगा ेगी ो ों ोगी ोगे`,
  hungarian: `
    aik an astul at ban bb dd e eim eitek ek em estül ggy id ink itok jai jaim jaink je
    jj k kent kk kor m mm n nek nk nn nny ny nál o od oké om on otok pp rr ról stul stül
    tek tol tty tól uk ul va vel vv vá vé zzs áik áim áink ájuk ám ánk ék éké ért ök ön
    ük`,
  indonesian: `
    an be belajar ber di i kah kan ke ku lah me mem men meng meny mu nya pe pelajar pem
    pen peng peny per pun si ter`,
  irish: `
    abh ach acht achta achtúil aibh aimh aimid ain aire airí amh arc arcacht arcachta
    aímid aíocht aíochta b bh bhf c ch d dh dt eabh each eacht eachta eachtúil eamh f fh
    fidh g gc gh gin gineach gineas ginis graf grafaíoch grafaíocht grafaíochta ibh imh
    irí mb mh nd ng p paite patach patacha pataigh ph sh t tar tear th áil ímid íocht
    íochta óid óideach`,
  italian: `
    abili amente ando ante anti anza anze ar arono ata ate ato atore atrice azioni cela
    celo cene emmo enda endo enze erebbe eresti erete ete evano evate evo gli gliela
    gliele h i ico immo irai ire irebbe iremmo iremo irete irà irò isca isce isci ista
    iste istà istì ita ito iv lo logia logie mela mele ne ono os si tela tele usioni
    uzione á è ú`,
  latvian: `
    a ai ais ajai ajam ajiem ajos ajā ajām ajās am as bj e ei es i ie iem ij im is kš mj
    o os pj s u um us vj ā ām ās ē ēm ēs ī īm īs ļļ ļņ ņņ š šļ šņ ū žļ žņ`,
  lithuanian: `
    ai ais aisi aitė aitės amės asius asys at atės avime e enimis enyje erimi eryse erų
    esiu ia iai ias iaus iauti ie im ing io ioje iok iosna iumi iun iuot ius iąj iąs ki
    kite o om oms omÄs omės osna ote sit sitės terėti tumėme tumėtės tute ui umis uo
    uoj uot usi učiuk y ysna yt ąj ąsi č ė ėme ėms ėt ėtės ųsi`,
  norwegian: `
    a ande ane ar are aren as ast aste dom dt e ede edes eig eleg elig elov els else
    elsen elser en ende endes ene enes ens er ere eren ers ert erte es est este et ets
    heit heita heiter het heten hetene hetenes hetens heter hetslov ig k leg leik leikar
    leiken lig lov s semd slov st te vt`,
  portuguese: `
    abil ad ado adora am ama amente amentos amos ar aram areis ares aria armos arás asse
    assem aste astes avam e em era eram erdes eres eriam es estes eu eza ia iam ias
    idade idades ido idos imentos ira irdes ireis ires iria irás iste istes iu iv ivas
    logía na o ora osas osos uciones ámos ásseis áveis ável ância ães éreis ésseis ência
    íamos ó õ`,
  romanian: `
    abilităţi am anti aseră aserăţi ativi ată aşi aţi aţiune ea eau ează ele elor esc
    iaţi ibil ibili ical icală icator icatori icităţi iciva icive icivi icivă iei ile
    ilor im iră ise iseşi ism isme ist ite itive itori ită ităţi iua iuni ivitate ivităi
    oasa oase oşi sesem seserăţi seşi ul use uta uti ută uşi âi âm ârăţi âse âserăm
    âserăţi âşi ă ăsc ător ţ`,
  russian: `
    а ам ах ая вш вши вшись е ев ее еи ем ена ено ери ете ивш ившись ие ией ием ии ил
    или ило ить их ишь иями й йте ла ли ло ми н на нн нно ов ого ое оев ой ом ост оях ть
    уй уйте ую уют ующ щ ыв ывш ывши ый ыл ым ыми ыть ых ь ьв ю ющ юю ят ях`,
  sorani: `
    ان انی انە ایە تان دا مان نا کان کە ی یان یانی یانە یەک یەکی ێک ێکی ە ەوە ەکان ەکە
    ەیە`,
  spanish: `
    aban abas abil aciones ación adas ado amente amiento ancia ando anzas ara aran
    aremos arán aréis asen ases e ente eré eríamos g ible ica icas ido iese iesen
    imientos iremos irá irán irás iríais iríamos irían ismos ista isteis ivo ivos
    iéramos ió la le les me mente nos osa oso osos sela selas selo selos uciones yas ye
    yen yes éis í ía íais ían ís ó`,
  swedish: `
    a ad ade ades ande anden andes andet ar are aren arens arna arnas arne as ast aste
    at dd dt e els else elser en ens er ern erna ernas erns es et full fullt gd gt het
    heten hetens heter heterna ig kt lig lös löst nn or orna ornas s te tt`,
  turkish: `
    a casına ce da dan di dik dim din dum dun dur dük düm dün dür dır g im in ki lar
    ları leri m miz miş müz müş mız na nde ne ni niz nuz nı p s sak se sin sunuz sünüz
    sın t ta te ten ti tik tir tur tü tük tüm tün tı tım tır u um un uz y ç ü ı ım ın`,
};
