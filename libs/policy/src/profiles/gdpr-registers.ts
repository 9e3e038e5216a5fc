// Which articles of the GDPR does each register serve? A supervisory authority asks by article.
import { type RegisterArticles } from '../profile-registers.js';

const gdpr = (code: string, ...articles: readonly string[]): RegisterArticles => ({
  code,
  serves: articles.map((article) => `GDPR:${article}`),
  confidence: 'M',
  source: 'Regulation (EU) 2016/679',
});

export const gdprRegisters: RegisterArticles[] = [
  gdpr('holdings', '15(1)', '30(1)'),
  gdpr('consents', '7(1)'),
  gdpr('transfers', '30(1)(d)', '30(1)(e)', '44'),
  gdpr('recipients', '28', '30(1)(d)'),
  gdpr('holders', '30(1)(e)'),
  gdpr('findings', '5(2)'),
  gdpr('finding-classes', '5(2)'),
  gdpr('access', '5(1)(f)', '32'),
  gdpr('editions', '13', '24(2)'),
  gdpr('erasures', '17', '19'),
  gdpr('holds', '17(3)', '18'),
  gdpr('clocks', '12(3)'),
  gdpr('tasks', '19'),
  gdpr('withdrawals', '7(3)'),
  gdpr('requests', '12(3)', '12(4)'),
  gdpr('representatives', '8'),
  gdpr('incidents', '33(1)', '33(5)', '34'),
  gdpr('retention', '5(1)(e)', '17(1)(a)'),
  gdpr('renewals', '6(1)(a)', '7', '13(3)'),
  gdpr('campaigns', '6(1)(a)', '7', '13(3)'),
  gdpr('activities', '30(1)'),
  gdpr('statuses', '8'),
  gdpr('officers', '37', '39'),
  gdpr('undertakings', '28'),
  gdpr('destruction', '5(1)(e)', '17', '18', '30(1)(f)'),
  gdpr('public-sources', '14(2)(f)'),
  gdpr('size', '30(5)'),
  gdpr('data-list', '5(1)(c)', '30(1)'),
  gdpr('consent-terms', '7(1)'),
  gdpr('cross-border', '30(1)(e)', '44'),
  gdpr('demands', '6(1)(c)', '31'),
  gdpr('restricted-demands', '6(1)(c)', '23(1)'),
];
