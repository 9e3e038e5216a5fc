// Which articles of the law of Kazakhstan does each register serve? An inspector asks by article.
import { type RegisterArticles, type SizeClass } from '../profile-registers.js';

const law = (
  code: string,
  articles: readonly string[],
  source: string,
  confidence: RegisterArticles['confidence'] = 'T',
): RegisterArticles => ({
  code,
  serves: articles.map((article) => (article.includes(':') ? article : `94-V:${article}`)),
  confidence,
  source,
});

export const kzRegisters: RegisterArticles[] = [
  law('holdings', ['22(1)(5)', '24(1)(1)'], 'Law 94-V Art. 22(1)(5), 24(1)(1)'),
  law('consents', ['8(4)', '22(1)(5)', '25(2)(5)'], 'Law 94-V Art. 8(4), 22(1)(5), 25(2)(5)'),
  law('transfers', ['7(6)', '15', '16', '19(1)'], 'Law 94-V Art. 7(6), 15, 16, 19(1)'),
  law('recipients', ['10(1)', '15'], 'Law 94-V Art. 10(1) part 2, read in an older copy; 15', 'T2'),
  law('holders', ['12(2)'], 'Law 94-V Art. 12(2)'),
  law('findings', ['25(2)(8)'], 'Law 94-V Art. 25(2)(8): what a breach, suspected or confirmed, calls for'),
  law('finding-classes', ['25(2)(8)'], 'Law 94-V Art. 25(2)(8): what a breach, suspected or confirmed, calls for'),
  law('access', ['11(1)', '22(1)(5)'], 'Law 94-V Art. 11(1), 22(1)(5); Order 179/НҚ asks for a log of user actions'),
  law('editions', ['25(2)(1-1)'], 'Law 94-V Art. 25(2)(1-1)'),
  law('erasures', ['12(2)', '18', '25(2)(8)'], 'Law 94-V Art. 12(2), 18, 25(2)(8)'),
  law('holds', ['8(2)', '12(2)'], 'Law 94-V Art. 8(2), 12(2)'),
  law('clocks', ['25(2)'], 'Law 94-V Art. 25(2); the article of each term stands in its row of the profile'),
  law('tasks', ['1(3)', '18', '25(2)(8)'], 'Law 94-V Art. 1(3), 18, 25(2)(8)'),
  law('withdrawals', ['8(2)', '8(7)', '24(1)(5)'], 'Law 94-V Art. 8(2), 8(7), 24(1)(5)'),
  law('requests', ['25(2)(6)', '25(2)(7)'], 'Law 94-V Art. 25(2)(6)-(7)'),
  law('representatives', ['8(1)', '268-XIII:22', '268-XIII:23'], 'Law 94-V Art. 8(1); Civil Code Art. 22-23', 'S1'),
  law('incidents', ['25(2)(8)', '27-1(1)(6-2)'], 'Law 94-V Art. 25(2)(8), 27-1(1)(6-2); columns by Order 481/НҚ'),
  law(
    'renewals',
    ['7(6)', '14', '15(2)'],
    'Law 94-V Art. 7(6), 14, 15(2): what a new edition changes needs a new consent',
    'I',
  ),
  law(
    'campaigns',
    ['7(6)', '14', '15(2)'],
    'Law 94-V Art. 7(6), 14, 15(2): what a new edition changes needs a new consent',
    'I',
  ),
  law('retention', ['12(2)', '18'], 'Law 94-V Art. 12(2), 18'),
  law('notices', ['19(1)', '19(2)'], 'Law 94-V Art. 19(1)-(2)'),
  law('notice-people', ['19(1)', '19(2)'], 'Law 94-V Art. 19(1)-(2)'),
  law('activities', ['22(1)(5)', '25(2)(1)'], 'Law 94-V Art. 22(1)(5), 25(2)(1)'),
  law('statuses', ['7(2)', '268-XIII:22', '268-XIII:23'], 'Law 94-V Art. 7(2); Civil Code Art. 22-23', 'S1'),
  law('officers', ['25(2)(10)', '25(3)'], 'Law 94-V Art. 25(2)(10), 25(3)'),
  law('undertakings', ['10(1)'], 'Law 94-V Art. 10(1) part 2, read in an older copy', 'T2'),
  law('destruction', ['1(3)', '12(2)', '17(1)', '18', '25(2)(8)'], 'Law 94-V Art. 1(3), 12(2), 17(1), 18, 25(2)(8)'),
  law('public-sources', ['7(5)', '7(11)'], 'Law 94-V Art. 7(5), 7(11)'),
  law('size', ['25-1'], 'Law 94-V Art. 25-1 as amended by 326-VIII, by secondary sources', 'S2'),
  law('data-list', ['12(1)', '25(2)(1)'], 'Law 94-V Art. 12(1), 25(2)(1)'),
  law('consent-terms', ['22(1)(5)'], 'Law 94-V Art. 22(1)(5)'),
  law('cross-border', ['16'], 'Law 94-V Art. 16'),
  law('demands', ['9', '25(2)(3-1)'], 'Law 94-V Art. 9(1): what is given without consent; 25(2)(3-1)'),
  law(
    'restricted-demands',
    ['9', '19(2)(1)'],
    'Law 94-V Art. 9(1); 19(2)(1): nobody is told of what state bodies got within their functions',
    'T2',
  ),
];

const bySize = (code: string, from: number, ru: string, kk: string, en: string): SizeClass => ({
  code,
  from,
  article: '94-V:25-1',
  confidence: 'S2',
  source: 'Law 94-V Art. 25-1 as amended by 326-VIII, by secondary sources: to 10,000, to 500,000, from 500,000 on',
  label: { ru, kk, en },
});

/** Data of restricted access is said to move a controller one class up (one source), which is left to the officer. */
export const kzSizeClasses: SizeClass[] = [
  bySize('small', 0, 'Малый оператор', 'Шағын оператор', 'Small operator'),
  bySize('medium', 10_001, 'Средний оператор', 'Орта оператор', 'Medium operator'),
  bySize('large', 500_000, 'Крупный оператор', 'Ірі оператор', 'Large operator'),
];
